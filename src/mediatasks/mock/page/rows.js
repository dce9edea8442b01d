// A list that is refreshed every second without losing focus or selection: rows are made once and then updated.

export class Rows {
  /** `make(entry)` returns {node, update(entry)}; `keyOf(entry)` tells rows apart. */
  constructor(parent, keyOf, make) {
    Object.assign(this, { parent, keyOf, make, rows: new Map() });
  }

  /** Show these entries in this order. */
  show(entries) {
    const wanted = new Set(entries.map(this.keyOf));
    for (const [key, row] of this.rows) {
      if (wanted.has(key)) continue;
      row.node.remove();
      this.rows.delete(key);
    }
    let next = this.parent.querySelector(":scope > .row");
    for (const entry of entries) {
      const row = this.#row(entry);
      row.update(entry);
      if (row.node === next) next = next.nextElementSibling;
      else this.parent.insertBefore(row.node, next);
    }
  }

  #row(entry) {
    const key = this.keyOf(entry);
    if (!this.rows.has(key)) {
      const row = this.make(entry);
      row.node.classList.add("row");
      this.rows.set(key, row);
    }
    return this.rows.get(key);
  }
}
