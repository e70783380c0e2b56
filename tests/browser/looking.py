"""What every page must hold in a browser: accessible, within its security policy, no wider than a telephone."""

from axe_playwright_python.sync_playwright import Axe

AXE = Axe()
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
DRIVER = "GL Driver Message"  # how fast a software renderer reads the map's pixels is no fault of the page
# A font at hand from the page before is not needed again; Chromium says so of a page that stands for three seconds.
PRELOADED = "was preloaded using link preload but not used"
# Words do not depend on the scheme, nor colours on the language: each of the four is looked at once.
WAYS = (("", "light"), ("/en", "dark"))


def violations(page):
    """[(rule, where)] that axe-core finds on the page as it stands."""
    found = AXE.run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [(rule["id"], [node["target"] for node in rule["nodes"]][:3]) for rule in found]


def listen(page):
    """What the browser complains of, as it comes: errors of scripts, and breaches of the security policy."""
    said = []

    def hear(message):
        unimportant = any(known in message.text for known in (DRIVER, PRELOADED))
        if message.type in ("error", "warning") and not unimportant:
            said.append(message.text)

    page.on("console", hear)
    page.on("pageerror", lambda error: said.append(str(error)))
    return said


def problems_of(page, name):
    """[(name, what)] that is wrong with the page as it stands, at both widths."""
    found = [(name, *violation) for violation in violations(page)]
    page.set_viewport_size(NARROW)
    width = page.evaluate("document.documentElement.scrollWidth")
    page.set_viewport_size(WIDE)
    return [*found, (name, "width", width)] if width > NARROW["width"] else found


def look(page, site, path, *, act=None, status=200):
    """Both ways at `path`; after `act(page)`, which may send a form. `status` is that of the first answer."""
    found = []
    for prefix, scheme in WAYS:
        page.emulate_media(color_scheme=scheme)
        answer = page.goto(f"{site}{prefix}{path}")
        if answer.status != status:
            found.append((prefix + path, "status", answer.status))
        if act is not None:
            act(page)
        found += problems_of(page, f"{prefix}{path} {scheme}")
    return found


def send_empty(page):
    """Send the page's main form as it stands, past what the browser itself would stop."""
    with page.expect_navigation():
        page.evaluate(
            "() => { const form = document.querySelector('main form.form, main form[method=post]');"
            " form.noValidate = true; form.requestSubmit(); }"
        )
