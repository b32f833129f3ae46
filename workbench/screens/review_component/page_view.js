// Page view: one straightened page image, panned and zoomed to the field in focus with its neighbours dimmed. The
// enlarged crop above the value is drawn from the same decoded image, so moving to another field loads nothing.

const PAGE_CACHE = new Map();
const PAGES_KEPT = 8;

// A decoded page image, loaded once; pages of the entries ahead are asked for early.
function pageImage(url) {
  if (!url) return { image: new Image(), ready: Promise.resolve(true) }; // a case of the paper book alone
  if (PAGE_CACHE.has(url)) {
    const kept = PAGE_CACHE.get(url); PAGE_CACHE.delete(url); PAGE_CACHE.set(url, kept);
    return kept;
  }
  const image = new Image();
  image.decoding = "async"; image.src = url;
  const slot = { image, ready: image.decode().then(() => true, () => { PAGE_CACHE.delete(url); return false; }) };
  PAGE_CACHE.set(url, slot);
  if (PAGE_CACHE.size > PAGES_KEPT) PAGE_CACHE.delete(PAGE_CACHE.keys().next().value);
  return slot;
}

class PageView {
  // Listeners end with `signal`; `close` takes off the page what was put onto it.
  constructor(root, signal) {
    this.root = root; this.sheet = root.querySelector(".rv-sheet"); this.img = root.querySelector("img");
    this.mark = root.querySelector(".rv-focus");
    // Four plain bands dim what is around the field: one shadow as large as the page took 40 ms to paint.
    this.bands = [0, 1, 2, 3].map(() => { const band = make("div", "rv-dim"); this.sheet.after(band); return band; });
    this.size = [1, 1]; this.place = { x: 0, y: 0, k: 1 }; this.box = null;
    root.addEventListener("wheel", (e) => { e.preventDefault(); this.zoom(e.deltaY < 0 ? 1.18 : 1 / 1.18, e.offsetX, e.offsetY); },
      { passive: false, signal });
    root.addEventListener("pointerdown", (e) => this.drag(e), { signal });
    this.watcher = new ResizeObserver(() => this.show(this.box));
    this.watcher.observe(root);
  }

  close() { this.watcher.disconnect(); for (const band of this.bands) band.remove(); this.mark.style.display = "none"; this.clear(); }

  // No page: nobody must take one of before for that of the entry to come.
  clear() { this.url = ""; this.img.removeAttribute("src"); this.show(null); }

  setPage(url, size) {
    this.size = size;
    this.sheet.style.width = size[0] + "px"; this.sheet.style.height = size[1] + "px";
    const slot = pageImage(url);
    this.url = url; this.root.classList.toggle("rv-unscanned", !url);
    if (!url) this.img.removeAttribute("src");
    else if (this.img.getAttribute("src") !== url) this.img.src = url;
    return slot;
  }

  // Brings a box (fractions of the page) into view: wide enough to see the neighbours, never past the page's width.
  show(box) {
    this.box = box;
    const { clientWidth: w, clientHeight: h } = this.root;
    if (!w || !h) return;
    const [pw, ph] = this.size;
    if (!box) { this.mark.style.display = "none"; this.fit([0, 0, 1, 1], w, h); return; }
    const [l, t, r, b] = box;
    Object.assign(this.mark.style, { display: "block", left: l * pw + "px", top: t * ph + "px", width: (r - l) * pw + "px",
      height: (b - t) * ph + "px" });
    const k = Math.min(1.6, Math.max(w / pw, Math.min(w / ((r - l) * pw * 1.5), h / ((b - t) * ph * 5))));
    const x = this.clamp(w / 2 - ((l + r) / 2) * pw * k, w, pw * k);
    const y = this.clamp(h * 0.42 - ((t + b) / 2) * ph * k, h, ph * k);
    this.put(x, y, k);
  }

  clamp(at, window_, size) { return size <= window_ ? (window_ - size) / 2 : Math.min(0, Math.max(window_ - size, at)); }

  fit([l, t, r, b], w, h) {
    const [pw, ph] = this.size;
    const k = Math.min(w / ((r - l) * pw), h / ((b - t) * ph));
    this.put((w - (l + r) * pw * k) / 2, (h - (t + b) * ph * k) / 2, k);
  }

  put(x, y, k) {
    this.place = { x, y, k };
    this.sheet.style.transform = `translate(${x}px, ${y}px) scale(${k})`;
    this.mark.style.borderWidth = 3 / k + "px";
    this.dim();
  }

  dim() {
    const { x, y, k } = this.place, [pw, ph] = this.size, { clientWidth: w, clientHeight: h } = this.root;
    const [l, t, r, b] = this.box || [0, 0, 0, 0];
    const within = (value, most) => Math.round(Math.min(most, Math.max(0, value)));
    const left = within(x + l * pw * k, w), right = within(x + r * pw * k, w);
    const top = within(y + t * ph * k, h), bottom = within(y + b * ph * k, h);
    const places = [[0, 0, w, top], [0, bottom, w, h - bottom], [0, top, left, bottom - top], [right, top, w - right, bottom - top]];
    this.bands.forEach((band, i) => {
      const [bx, by, bw, bh] = places[i];
      Object.assign(band.style, { display: this.box ? "block" : "none", left: bx + "px", top: by + "px", width: bw + "px", height: bh + "px" });
    });
  }

  zoom(by, cx = this.root.clientWidth / 2, cy = this.root.clientHeight / 2) {
    const { x, y, k } = this.place;
    const next = Math.min(6, Math.max(0.1, k * by));
    this.put(cx - ((cx - x) * next) / k, cy - ((cy - y) * next) / k, next);
  }

  whole() { this.fit([0, 0, 1, 1], this.root.clientWidth, this.root.clientHeight); }

  drag(event) {
    if (event.target.closest("button")) return;
    const start = { px: event.clientX, py: event.clientY, ...this.place };
    this.root.classList.add("drag"); this.root.setPointerCapture(event.pointerId);
    const move = (e) => this.put(start.x + e.clientX - start.px, start.y + e.clientY - start.py, start.k);
    const up = () => { this.root.classList.remove("drag"); this.root.removeEventListener("pointermove", move); };
    this.root.addEventListener("pointermove", move);
    this.root.addEventListener("pointerup", up, { once: true });
    this.root.addEventListener("pointercancel", up, { once: true });
  }
}

// Draws the field's ink, enlarged, with a little of its surroundings (tails of letters run over the line).
function drawCrop(canvas, image, box, size) {
  const ratio = window.devicePixelRatio || 1;
  const w = canvas.clientWidth, h = canvas.clientHeight;
  if (!w || !h || !image.naturalWidth) return false;
  canvas.width = Math.round(w * ratio); canvas.height = Math.round(h * ratio);
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#fff"; pen.fillRect(0, 0, canvas.width, canvas.height);
  const sx = image.naturalWidth, sy = image.naturalHeight;
  const padY = Math.max((box[3] - box[1]) * 0.25, 0.004), padX = 0.006;
  const l = Math.max(0, box[0] - padX) * sx, t = Math.max(0, box[1] - padY) * sy;
  const cw = Math.min(1, box[2] + padX) * sx - l, ch = Math.min(1, box[3] + padY) * sy - t;
  const k = Math.min(canvas.width / cw, canvas.height / ch, 3.2 * ratio);
  pen.imageSmoothingQuality = "high";
  pen.drawImage(image, l, t, cw, ch, 0, (canvas.height - ch * k) / 2, cw * k, ch * k);
  return true;
}
