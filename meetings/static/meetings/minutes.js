// Saves minutes as they are written. What the server has not acknowledged is kept in this browser, so that a lost
// connection, a closed window or another writer costs nobody a word. Without this file the forms' buttons do it.

const WAIT = 700, FIRST = 1000, LONGEST = 30000; // milliseconds: after a keystroke, before trying again

const list = document.querySelector("[data-minutes]");
const words = list?.dataset ?? {};

// crypto.randomUUID exists on secure pages only.
function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

class Writer {
  constructor(form) {
    this.form = form;
    this.area = form.elements.text;
    this.status = form.querySelector("[data-status]");
    this.other = form.querySelector("[data-other]");
    this.join = form.querySelector("[data-join]");
    this.place = `minutes:${words.user}:${form.dataset.item}`;
    this.pause = FIRST;
    this.base = form.elements.base.value;
    this.joins = [...form.querySelectorAll("[name=joins]")].map((input) => input.value);
    this.stands = this.area.dataset.stands; // what the server has
    this.theirs = this.joins.length ? [...form.querySelectorAll(".words")].map((one) => one.textContent).join("\n\n") : null;
    this.sent = null; // what was sent and not acknowledged; sent again as it was, under the same key
    this.busy = false;
    this.recall();
    this.area.addEventListener("input", () => this.changed());
    this.form.addEventListener("submit", (event) => { event.preventDefault(); this.joined(); });
    this.join.addEventListener("click", () => this.putBelow());
    window.addEventListener("online", () => this.dirty && this.save());
    if (this.theirs !== null) {
      // The draft recalled is one side of it: the other is what the server has.
      if (this.area.value !== this.stands) this.tell(this.stands);
      this.show();
    }
  }

  get dirty() { return this.sent !== null || this.area.value !== this.stands; }

  recall() {
    let kept = null;
    try { kept = JSON.parse(localStorage.getItem(this.place)); } catch { /* unreadable: nothing to recall */ }
    if (!kept) return;
    if (kept.sent === null && kept.draft === this.stands) { this.forget(); return; }
    Object.assign(this, { base: kept.base, sent: kept.sent });
    this.area.value = kept.draft;
    this.say(words.writing);
    // Another text was saved meanwhile: sending on the old version tells both apart.
    this.soon(0);
  }

  keep() {
    try {
      localStorage.setItem(this.place, JSON.stringify({ draft: this.area.value, base: this.base, sent: this.sent }));
    } catch { /* no room or not allowed: the text still stands in the page */ }
  }

  forget() {
    try { localStorage.removeItem(this.place); } catch { /* as above */ }
  }

  changed() {
    this.keep();
    if (this.theirs !== null) return; // the writer is joining two texts: saved when they say so
    this.say(words.writing);
    this.soon(WAIT);
  }

  soon(wait) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), wait);
  }

  async save() {
    if (this.busy || !this.dirty || (this.theirs !== null && this.sent === null)) return;
    clearTimeout(this.timer);
    this.busy = true;
    this.sent ??= { text: this.area.value, base: this.base, key: newKey(), joins: this.joins };
    this.keep();
    const body = new URLSearchParams({ text: this.sent.text, base: this.sent.base, key: this.sent.key });
    for (const one of this.sent.joins) body.append("joins", one);
    body.append("csrfmiddlewaretoken", this.form.elements.csrfmiddlewaretoken.value);
    let answer = null, said = null;
    try {
      answer = await fetch(this.form.action, {
        method: "POST", body, redirect: "manual", headers: { Accept: "application/json" },
        signal: AbortSignal.timeout(15000),
      });
      if (answer.headers.get("Content-Type")?.startsWith("application/json")) said = await answer.json();
    } catch { answer = null; }
    this.busy = false;
    if (answer?.status === 200 && said) this.acknowledged(said);
    else if (answer?.status === 409 && said) this.conflict(said);
    else if (said?.error) { this.sent = null; this.keep(); this.say(`${words.refused}. ${said.error}`); }
    else this.again(answer);
  }

  acknowledged({ version }) {
    this.stands = this.sent.text;
    this.base = version;
    this.sent = null;
    this.joins = [];
    this.pause = FIRST;
    for (const input of this.form.querySelectorAll("[name=joins]")) input.remove();
    this.form.elements.base.value = version;
    if (this.dirty) { this.keep(); this.soon(WAIT); return; }
    this.forget();
    const now = new Date();
    this.say(`${words.saved} ${String(now.getHours()).padStart(2, "0")}:${String(now.getMinutes()).padStart(2, "0")}`);
  }

  conflict({ version, text, joins }) {
    this.base = version;
    this.stands = text;
    this.joins = [...this.joins, String(joins)];
    this.sent = null;
    this.pause = FIRST;
    this.keep();
    this.tell(text);
    this.show();
  }

  tell(text) {
    this.theirs = text;
    const shown = document.createElement("pre");
    shown.className = "words";
    shown.textContent = text;
    this.other.querySelector(".others").replaceChildren(shown);
  }

  show() {
    this.other.hidden = false;
    this.join.hidden = false;
    this.say(words.conflict);
  }

  putBelow() {
    // What both have stays once; only the other's own lines are added.
    const mine = this.area.value.trimEnd();
    const known = new Set(mine.split("\n").map((line) => line.trim()));
    const more = this.theirs.split("\n").filter((line) => line.trim() && !known.has(line.trim()));
    this.area.value = [mine, ...more].filter(Boolean).join("\n");
    this.keep();
    this.area.focus();
  }

  // The button: of an ordinary text, now; of two, the writer says that they are joined.
  joined() {
    if (this.theirs !== null) {
      this.theirs = null;
      this.other.hidden = true;
      this.say(words.writing);
      if (!this.dirty) this.stands = null; // both are in it as it stands; the kept one is settled by saving
    }
    this.save();
  }

  again(answer) {
    const out = answer && (answer.type === "opaqueredirect" || answer.status === 403);
    this.say(out ? words.away : words.waiting);
    this.soon(this.pause);
    this.pause = Math.min(this.pause * 2, LONGEST);
  }

  say(text) { if (this.status.textContent !== text) this.status.textContent = text; }
}

for (const form of document.querySelectorAll("form.write")) new Writer(form);
