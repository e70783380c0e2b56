// How sigma draws our dots and lines: five shapes, so that colour is never alone in telling kinds apart, and dashes.

const { NodeCircleProgram, EdgeRectangleProgram } = window.Sigma.rendering;
const { floatColor } = window.Sigma.utils;

export const SHAPES = { circle: 0, square: 1, triangle: 2, diamond: 3, ring: 4 };
export const HOLLOW = 8; // added to a shape that is only an outline

// The page's ground, inside what is hollow; set before each drawing, since it follows the colour scheme.
export const ground = { rgb: [1, 1, 1] };

const NODE_FRAGMENT = `
precision highp float;
varying vec4 v_color;
varying vec2 v_diffVector;
varying float v_radius;
varying float v_shape;
uniform float u_correctionRatio;
uniform vec3 u_ground;

float distanceTo(vec2 p, float shape) {
  if (shape < 0.5 || shape > 3.5) return length(p) - 1.0;
  if (shape < 1.5) return max(abs(p.x), abs(p.y)) - 0.9;
  if (shape < 2.5) return max(-p.y - 0.8, 0.8748 * abs(p.x) + 0.4845 * p.y - 0.5572);
  return (abs(p.x) + abs(p.y) - 1.2) * 0.7071;
}

void main(void) {
  vec2 p = v_diffVector / v_radius;
  bool hollow = v_shape > 7.5;
  float shape = hollow ? v_shape - 8.0 : v_shape;
  float d = distanceTo(p, shape);
  #ifdef PICKING_MODE
  gl_FragColor = d > 0.0 ? vec4(0.0) : v_color;
  #else
  float soft = 2.0 * u_correctionRatio / v_radius;
  float line = 1.6 * soft;
  float outside = smoothstep(-soft, 0.0, d);
  vec4 inside = v_color;
  if (hollow || shape > 3.5) {
    float dash = shape > 3.5 && !hollow ? step(0.42, fract((atan(p.y, p.x) / 6.2832 + 0.5) * 7.0)) : 1.0;
    float edge = smoothstep(-line - soft, -line, d) * dash;
    inside = mix(vec4(u_ground, 1.0), v_color, edge);
  }
  gl_FragColor = mix(inside, vec4(0.0), outside);
  #endif
}`;

export class ShapeProgram extends NodeCircleProgram {
  getDefinition() {
    const own = super.getDefinition();
    return {
      ...own,
      VERTEX_SHADER_SOURCE: own.VERTEX_SHADER_SOURCE
        .replace("void main() {", "attribute float a_shape;\nvarying float v_shape;\nvoid main() {\n  v_shape = a_shape;")
        .replace("vec2 diffVector = size *", "vec2 diffVector = 1.3 * size *"),
      FRAGMENT_SHADER_SOURCE: NODE_FRAGMENT,
      UNIFORMS: [...own.UNIFORMS, "u_ground"],
      ATTRIBUTES: [...own.ATTRIBUTES, { name: "a_shape", size: 1, type: WebGLRenderingContext.FLOAT }],
    };
  }

  processVisibleItem(index, start, data) {
    const array = this.array;
    array[start++] = data.x;
    array[start++] = data.y;
    array[start++] = data.size;
    array[start++] = floatColor(data.color);
    array[start++] = index;
    array[start] = data.code;
  }

  setUniforms(params, info) {
    super.setUniforms(params, info);
    info.gl.uniform3f(info.uniformLocations.u_ground, ...ground.rgb);
  }
}

export class DashProgram extends EdgeRectangleProgram {
  getDefinition() {
    const own = super.getDefinition();
    return {
      ...own,
      VERTEX_SHADER_SOURCE: own.VERTEX_SHADER_SOURCE.replace(
        "void main() {",
        `uniform vec2 u_size;
varying float v_along;
void main() {
  vec3 way = u_matrix * vec3(a_positionEnd, 1) - u_matrix * vec3(a_positionStart, 1);
  v_along = a_positionCoef * length(way.xy * u_size) / 2.0;`,
      ),
      FRAGMENT_SHADER_SOURCE: own.FRAGMENT_SHADER_SOURCE.replace(
        "void main(void) {",
        "varying float v_along;\nvoid main(void) {\n  if (mod(v_along, 8.0) > 4.0) discard;",
      ),
      UNIFORMS: [...own.UNIFORMS, "u_size"],
    };
  }

  setUniforms(params, info) {
    super.setUniforms(params, info);
    info.gl.uniform2f(info.uniformLocations.u_size, params.width, params.height);
  }
}
