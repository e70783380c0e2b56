// Small comforts only: every page works without this file.

// A menu closes on Escape, on a click elsewhere, and gives its button the focus back.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// Opening the search is asking to write in it.
document.addEventListener("toggle", (event) => {
  if (event.target.matches?.("details.menu.find[open]")) event.target.querySelector("input[type=search]").focus();
}, true);

// After a failed form the summary of what to correct is where reading starts.
document.querySelector(".ds-error-summary")?.focus();
document.addEventListener("htmx:afterSwap", (event) => {
  event.detail.elt.querySelector?.(".ds-error-summary")?.focus();
});

// htmx leaves 4xx answers aside; a refused form (422) or a conflict (409) is a page to show.
document.addEventListener("htmx:beforeSwap", (event) => {
  if ([400, 409, 422].includes(event.detail.xhr.status)) {
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  }
});

// A print button is only offered where there is a printer to press it for.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// Copying a reference: the text can be marked and copied without this, too.
for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) break;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).value);
    button.textContent = button.dataset.copied;
  });
}

// Of a table whose links open beside it, the link that is open is the current one. Opened by keyboard, what
// opened is where reading goes on; Escape there leads back to the table.
document.addEventListener("htmx:afterSwap", (event) => {
  const request = event.detail.requestConfig;
  const table = request?.elt.closest?.("[data-open-one]");
  if (!table) return;
  for (const other of document.querySelectorAll("[data-open-one] a[aria-current]")) other.removeAttribute("aria-current");
  request.elt.setAttribute("aria-current", "true");
  const opened = document.querySelector(table.getAttribute("hx-target"));
  if (request.triggeringEvent?.detail === 0) opened.querySelector("h2")?.focus();
  opened.addEventListener("keydown", (pressed) => {
    if (pressed.key === "Escape") request.elt.focus();
  });
});
