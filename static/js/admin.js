// Names for what Django's administration and its boxes for choosing leave without one.
"use strict";

function labelOf(select) {
  const label = select.labels && select.labels[0];
  if (label) return label.textContent.trim().replace(/:$/, "");
  const column = [...select.closest("td, th")?.classList ?? []].find((one) => one.startsWith("field-"));
  const head = column && select.closest("table")?.querySelector(`th.${column.replace("field-", "column-")}`);
  return head ? head.textContent.trim() : select.name;
}

function nameBox(box) {
  const select = box.previousElementSibling;
  if (!(select instanceof HTMLSelectElement)) return;
  const name = labelOf(select);
  const shown = box.querySelector("[role=textbox]");
  const opener = box.querySelector("[role=combobox]");
  if (shown) shown.setAttribute("aria-label", name);
  opener.removeAttribute("aria-labelledby");
  const tell = () => {
    const chosen = [...select.selectedOptions].map((one) => one.textContent.trim()).filter(Boolean);
    opener.setAttribute("aria-label", [name, ...chosen].join(", "));
  };
  tell();
  django.jQuery(select).on("change", tell);
}

function nameWithin(node) {
  const all = (selector) => [...(node.matches(selector) ? [node] : []), ...node.querySelectorAll(selector)];
  all(".select2-container").forEach((box) => {
    if (box.querySelector("[role=combobox]")) nameBox(box);
  });
  all("input.select2-search__field").forEach((input) => {
    const box = input.closest(".select2-container");
    const select = box?.previousElementSibling;
    const open = document.querySelector(".select2-container--open [role=combobox]");
    const name = select instanceof HTMLSelectElement ? labelOf(select) : open?.getAttribute("aria-label");
    input.setAttribute("aria-label", name || "");
  });
  // Works by mouse alone and stands between list items; the keyboard takes choices out itself.
  all(".select2-selection__clear").forEach((cross) => cross.setAttribute("aria-hidden", "true"));
  all("th.original:empty").forEach((head) => {
    const cell = document.createElement("td");
    cell.className = head.className;
    head.replaceWith(cell);
  });
  all("pre").forEach((text) => text.setAttribute("tabindex", "0"));
}

nameWithin(document.body);
new MutationObserver((changes) => {
  changes.flatMap((one) => [...one.addedNodes]).forEach((node) => {
    if (node instanceof Element) nameWithin(node);
  });
}).observe(document.body, { childList: true, subtree: true });
