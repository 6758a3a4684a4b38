// Suggests datasets, communes, organizations, themes and columns while a question is typed (WAI-ARIA combobox). Without it the box is a plain form.

const PAUSE = 150;

for (const form of document.querySelectorAll("form[data-suggest]")) {
  const input = form.querySelector("input[type=search]");
  const list = document.createElement("div");
  list.id = `${input.id}-suggestions`;
  list.className = "suggestions";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", form.dataset.suggestLabel);
  list.hidden = true;
  const status = document.createElement("p");
  status.className = "unseen";
  status.setAttribute("role", "status");
  form.append(list, status);
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);
  input.setAttribute("aria-expanded", "false");

  let timer = 0;
  let asked = "";
  let chosen = -1;

  const close = () => {
    list.hidden = true;
    status.textContent = "";
    chosen = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };

  const options = () => [...list.querySelectorAll("[role=option]")];

  const choose = (place) => {
    chosen = place;
    options().forEach((item, number) => item.setAttribute("aria-selected", String(number === place)));
    const item = options()[place];
    if (!item) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", item.id);
    item.scrollIntoView({ block: "nearest" });
  };

  const optionOf = (found, number) => {
    const item = document.createElement("div");
    item.id = `${list.id}-${number}`;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    item.dataset.url = found.url;
    const detail = document.createElement("small");
    detail.textContent = found.detail;
    item.append(found.title, detail);
    return item;
  };

  // One group for each kind, under its title.
  const show = (found) => {
    const groups = new Map();
    found.forEach((suggestion, number) => {
      if (!groups.has(suggestion.kind)) {
        const group = document.createElement("div");
        const title = document.createElement("div");
        title.id = `${list.id}-${suggestion.kind}`;
        title.className = "suggestions-title";
        title.textContent = suggestion.group;
        group.setAttribute("role", "group");
        group.dataset.kind = suggestion.kind;
        group.setAttribute("aria-labelledby", title.id);
        group.append(title);
        groups.set(suggestion.kind, group);
      }
      groups.get(suggestion.kind).append(optionOf(suggestion, number));
    });
    list.replaceChildren(...groups.values());
    list.hidden = found.length === 0;
    status.textContent = found.length ? form.dataset.suggestFound.replace("{n}", found.length) : "";
    input.setAttribute("aria-expanded", String(found.length > 0));
    input.removeAttribute("aria-activedescendant");
    chosen = -1;
  };

  const ask = async () => {
    const text = input.value.trim();
    asked = text;
    if (text.length < 2) return close();
    try {
      const answer = await fetch(`${form.dataset.suggest}?q=${encodeURIComponent(text)}`);
      if (answer.ok && asked === text && document.activeElement === input) show(await answer.json());
    } catch { close(); }
  };

  input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, PAUSE); });
  input.addEventListener("blur", () => setTimeout(close, 150));
  input.addEventListener("keydown", (event) => {
    const count = list.hidden ? 0 : options().length;
    if (event.key === "Escape" && count) { close(); event.preventDefault(); }
    if (!count) return;
    if (event.key === "ArrowDown") { choose((chosen + 1) % count); event.preventDefault(); }
    if (event.key === "ArrowUp") { choose(chosen < 0 ? count - 1 : (chosen - 1 + count) % count); event.preventDefault(); }
    if (event.key === "Enter" && chosen >= 0) { location.href = options()[chosen].dataset.url; event.preventDefault(); }
  });
  // A press keeps the field's focus, so that the list stays; a finger may still scroll it without choosing.
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const item = event.target.closest("[role=option]");
    if (item) location.href = item.dataset.url;
  });
}
