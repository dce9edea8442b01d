// Elements without markup: what comes from outside becomes text, never HTML.

/** Make an element; attributes that are false, null or undefined are left out, children may be texts. */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) {
    if (value === true) made.setAttribute(attribute, "");
    else if (value !== false && value != null) made.setAttribute(attribute, value);
  }
  made.append(...children);
  return made;
}

/** Make a button that does `act` when pressed. `name` is what a screen reader says, where it says more. */
export function button(text, act, name) {
  const made = element("button", { type: "button", "aria-label": name, title: name }, text);
  made.addEventListener("click", act);
  return made;
}

/** Set a text, but touch the document only where it differs. */
export function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** Set or remove an attribute, but touch the document only where it differs. */
export function mark(node, attribute, value) {
  if (value == null) node.removeAttribute(attribute);
  else if (node.getAttribute(attribute) !== value) node.setAttribute(attribute, value);
}

/** Return the element with an id. */
export const byId = (id) => document.getElementById(id);
