// <neighbourhood-map data-list="…">: what a list of guides says of places, drawn. The list's items carry
// data-place, data-lat and data-lon: the neighbourhood's point, never anybody's own. All words come
// from the page; without this script there is no map, and the list has everything.
import * as L from "leaflet/dist/leaflet-src.esm.js";

const WIDE = matchMedia("(min-width: 56rem)");
const CALM = matchMedia("(prefers-reduced-motion: reduce)");
const TOO_CLOSE = 40; // pixels: two pins nearer than this are drawn as one
const NEAREST = 15; // a neighbourhood is not looked at from nearer
const SIDES = ["at-right", "at-left", "below", "above"];
const GAP = 4; // pixels between two names
const HOUSE = "M3.5 11.5 12 4l8.5 7.5M6 10v10h12V10";

class NeighbourhoodMap extends HTMLElement {
  connectedCallback() {
    this.list = document.getElementById(this.dataset.list);
    this.box = this.closest("details");
    if (!this.list || !this.box) return;
    if (WIDE.matches) this.box.open = true;
    if (this.box.open) this.start();
    this.box.addEventListener("toggle", () => this.box.open && (this.map ? this.map.invalidateSize() : this.start()));
  }

  disconnectedCallback() {
    this.map?.remove();
    this.map = null;
  }

  start() {
    this.places = this.read();
    this.map = L.map(this, {
      zoomControl: false, scrollWheelZoom: false, attributionControl: false,
      zoomAnimation: !CALM.matches, fadeAnimation: !CALM.matches, markerZoomAnimation: !CALM.matches,
      minZoom: 7, maxZoom: NEAREST,
    });
    const words = this.dataset;
    L.control.zoom({ zoomInTitle: words.zoomIn, zoomOutTitle: words.zoomOut }).addTo(this.map);
    this.map.addControl(this.allControl(words.all));
    this.ground = L.layerGroup().addTo(this.map);
    this.pins = L.layerGroup().addTo(this.map);
    this.showAll();
    if (words.tiles) this.showTiles(words.tiles);
    else this.showNames(JSON.parse(words.around));
    this.map.on("zoomend", () => this.draw());
    this.map.on("resize", () => this.draw());
    for (const kind of ["focusin", "pointerover"]) this.list.addEventListener(kind, (event) => this.light(this.placeOf(event.target)));
    for (const kind of ["focusout", "pointerleave"]) this.list.addEventListener(kind, () => this.light());
    this.draw();
  }

  /** A button for whoever has moved too far: all pins are seen again. */
  allControl(words) {
    const button = element("button", "map-all", words);
    button.type = "button";
    button.addEventListener("click", () => this.showAll());
    L.DomEvent.disableClickPropagation(button);
    const control = new L.Control({ position: "topright" });
    control.onAdd = () => button;
    return control;
  }

  showAll() {
    const bounds = L.latLngBounds(this.places.map((place) => place.point));
    this.map.fitBounds(bounds, { padding: [48, 48], maxZoom: this.places.length > 1 ? 12 : 11, animate: false });
  }

  /** The list's items by place, best first; the family's own place leads, with guides or without. */
  read() {
    const places = new Map();
    const { home, homeName } = this.dataset;
    if (home) places.set(homeName + home, { name: homeName, point: L.latLng(home.split(",").map(Number)), own: true, items: [] });
    for (const item of this.list.querySelectorAll("[data-place]")) {
      const { place, lat, lon } = item.dataset;
      const key = `${place}${lat},${lon}`;
      if (!places.has(key)) places.set(key, { name: place, point: L.latLng(+lat, +lon), items: [] });
      places.get(key).items.push(item);
    }
    return [...places.values()];
  }

  showTiles(url) {
    L.tileLayer(url, { maxNativeZoom: 18, referrerPolicy: "no-referrer" }).addTo(this.map);
    L.control.attribution({ prefix: false }).addAttribution("© Kartverket").addTo(this.map);
  }

  /** Without tiles, the names of the places around say where one is. */
  showNames(around) {
    const pinned = new Set(this.places.map((place) => place.name));
    for (const [name, lat, lon] of around) {
      if (pinned.has(name)) continue;
      const spot = element("span", "map-place", element("span", "map-name", name));
      spot.setAttribute("aria-hidden", "true");
      const icon = L.divIcon({ className: "map-spot", html: spot, iconSize: [8, 8] });
      L.marker([lat, lon], { icon, interactive: false, keyboard: false }).addTo(this.ground);
    }
  }

  draw() {
    const focused = this.groups?.find((group) => group.pin === document.activeElement)?.places[0];
    this.pins.clearLayers();
    this.groups = this.grouped();
    for (const group of this.groups) this.pin(group);
    const again = this.groups.find((group) => group.places.includes(this.next ?? focused));
    this.next = null;
    again?.pin.focus({ preventScroll: true });
    this.untangle();
  }

  /** Places too close to tell apart at this zoom are one group; zooming in parts them. */
  grouped() {
    const groups = [];
    for (const place of this.places) {
      const at = this.map.latLngToLayerPoint(place.point);
      const near = groups.find((group) => group.at.distanceTo(at) < TOO_CLOSE);
      if (near) near.places.push(place);
      else groups.push({ at, places: [place] });
    }
    return groups;
  }

  pin(group) {
    const { places } = group;
    group.items = places.flatMap((place) => place.items);
    const several = places.length > 1;
    const own = isOwn(group);
    const count = group.items.length;
    const first = (places.find((place) => place.own) ?? places[0]).name;
    const name = element("span", "map-name", several ? `${first} +${places.length - 1}` : first);
    const face = element("span", "pin", own ? house() : "", count ? element("span", "", count) : "");
    // What is seen and what is told to those who do not see is one text: name, number, the rest.
    const html = element("span", `pin-face${own ? " own" : ""}${several ? " several" : ""}`, name, face, element("span", "sr-only", this.told(group)));
    const icon = L.divIcon({ className: "map-spot map-pin", html, iconSize: [44, 44] });
    const usable = several || count > 0;
    const marker = L.marker(places[0].point, { icon, keyboard: usable, interactive: usable, riseOnHover: true, zIndexOffset: 500 });
    marker.addTo(this.pins);
    group.pin = marker.getElement();
    if (usable) this.listen(group);
  }

  /** What follows the name and the number: "guides", whose place it is, and each place of a group. */
  told({ places, items }) {
    const own = places.some((place) => place.own) ? [this.dataset.own] : [];
    const counted = items.length ? this.counted(items).replace(items.length, "").trim() : [];
    if (places.length === 1) return [counted, own].flat().join(", ");
    const each = places.map((place) => [place.name, place.items.length ? this.counted(place.items) : []].flat().join(" "));
    return [counted, own, each, this.dataset.closer].flat().join(", ");
  }

  counted({ length }) {
    return length === 1 ? this.dataset.one : this.dataset.several.replace("#", length);
  }

  listen(group) {
    group.pin.addEventListener("click", () => this.open(group));
    group.pin.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      event.stopPropagation();
      this.open(group);
    });
    for (const kind of ["focus", "pointerenter"]) group.pin.addEventListener(kind, () => this.light(...group.places));
    for (const kind of ["blur", "pointerleave"]) group.pin.addEventListener(kind, () => this.light());
  }

  /** A group of places comes nearer; one place leads to its guides in the list. */
  open(group) {
    const bounds = L.latLngBounds(group.places.map((place) => place.point));
    const zoom = Math.min(this.map.getBoundsZoom(bounds, false, [88, 88]), NEAREST);
    if (group.places.length > 1 && zoom > this.map.getZoom()) {
      this.next = group.places[0];
      this.map.setView(bounds.getCenter(), zoom);
      return;
    }
    const [first] = group.items;
    first?.querySelector("a, button")?.focus({ preventScroll: true });
    first?.scrollIntoView({ block: "nearest", behavior: CALM.matches ? "auto" : "smooth" });
    this.light(...group.places);
  }

  placeOf(target) {
    const item = target.closest("[data-place]");
    return this.places.find((place) => place.items.includes(item));
  }

  /** Mark these places and their guides, and nobody else. */
  light(...places) {
    for (const place of this.places) for (const item of place.items) item.classList.toggle("is-lit", places.includes(place));
    for (const group of this.groups) group.pin.classList.toggle("is-lit", group.places.some((place) => places.includes(place)));
  }

  /**
   * Each name stands where it lies over nothing: beside its pin, else under or over it, else nowhere.
   * The family's own comes first and is always there; then the places with most guides.
   */
  untangle() {
    const frame = this.getBoundingClientRect();
    const taken = [...this.querySelectorAll(".leaflet-control, .pin")].map(boxOf);
    const byWeight = this.groups.toSorted((a, b) => isOwn(b) - isOwn(a) || b.items.length - a.items.length);
    const pins = byWeight.map((group) => group.pin.querySelector(".pin-face"));
    for (const spot of [...pins, ...this.querySelectorAll(".map-place")]) {
      const name = spot.querySelector(".map-name");
      const free = (box) => inside(box, frame) && !taken.some((other) => overlap(box, other));
      const side = place(name, free) ?? (spot === pins[0] && spot.classList.contains("own") ? place(name, (box) => inside(box, frame)) ?? SIDES[0] : "hidden");
      name.dataset.side = side;
      if (side !== "hidden") taken.push(boxOf(name));
    }
  }
}

/** The first side of its pin at which a name is well placed, if there is one. */
function place(name, good) {
  return SIDES.find((side) => {
    name.dataset.side = side;
    return good(boxOf(name));
  });
}

function isOwn({ places }) {
  return places.some((place) => place.own);
}

function element(tag, className, ...children) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

function house() {
  const made = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  made.setAttribute("viewBox", "0 0 24 24");
  made.setAttribute("class", "icon");
  made.setAttribute("aria-hidden", "true");
  path.setAttribute("d", HOUSE);
  made.append(path);
  return made;
}

function boxOf(node) {
  return node.getBoundingClientRect();
}

function inside(a, b) {
  return a.left > b.left && a.right < b.right && a.top > b.top && a.bottom < b.bottom;
}

function overlap(a, b) {
  return a.left < b.right + GAP && b.left < a.right + GAP && a.top < b.bottom && b.top < a.bottom;
}

customElements.define("neighbourhood-map", NeighbourhoodMap);
