"""What every answer must say in its headers and cookies, whoever asks and whatever is answered."""

POLICY = {
    "default-src": {"'none'"},
    "frame-ancestors": {"'none'"},
    "base-uri": {"'none'"},
    "form-action": {"'self'"},
    "connect-src": {"'self'"},
    "font-src": {"'self'"},
    "manifest-src": {"'self'"},
    "img-src": {"'self'", "data:"},
    "script-src": {"'self'"},
    "style-src": {"'self'"},
}

# The page of a mail frames the mail's HTML, which stands apart from everything.
FRAMING = {"meetings:mail": POLICY | {"frame-src": {"'self'"}}}
APART = {
    "meetings:mail-html": {
        "sandbox": set(),
        "default-src": {"'none'"},
        "style-src": {"'unsafe-inline'"},
        "img-src": {"data:"},
        "frame-ancestors": {"'self'"},
        "base-uri": {"'none'"},
        "form-action": {"'none'"},
    }
}


def policy(response) -> dict[str, set[str]]:
    """The policy of an answer, without the nonce: it is there only if the answer used it."""
    parts = (part.split() for part in response.headers.get("Content-Security-Policy", "").split(";"))
    return {name: {v for v in values if not v.startswith("'nonce-")} for name, *values in filter(None, parts)}


def faults(response, *, logged_in: bool, name: str = "") -> list[str]:
    """What is wrong with the headers of one answer, of the address called `name`."""
    headers = response.headers
    found = []
    is_apart = name in APART and response.status_code == 200
    wanted = APART[name] if is_apart else FRAMING.get(name, POLICY) if response.status_code == 200 else POLICY
    found += [] if policy(response) == wanted else [f"policy {policy(response)}"]
    for name, value in {
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "SAMEORIGIN" if is_apart else "DENY",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    }.items():
        found += [] if headers.get(name) == value else [name]
    if headers.get("Referrer-Policy") not in ("same-origin", "no-referrer"):
        found.append("Referrer-Policy")
    found += [] if "camera=()" in headers.get("Permissions-Policy", "") else ["Permissions-Policy"]
    found += [] if "Cookie" in headers.get("Vary", "") else ["Vary"]
    kept = headers.get("Cache-Control", "")
    if logged_in and not ("private" in kept or "no-store" in kept):
        found.append(f"Cache-Control {kept!r}")
    if "public" in kept:
        found.append("Cache-Control public")
    for cookie in response.cookies.values():
        if cookie["max-age"] == 0:
            continue  # taken away: it holds nothing
        if not cookie["httponly"] or cookie["samesite"] != "Lax":
            found.append(f"cookie {cookie.key}")
    return found
