// Measures the page that is shown: what spills over its edge, what is too small to hit or read, and what is too faint.
() => {
  const shown = (element) => {
    const box = element.getBoundingClientRect(), style = getComputedStyle(element);
    return box.width > 0 && box.height > 0 && style.visibility !== "hidden" && element.type !== "hidden";
  };
  const named = (element) =>
    `${element.tagName.toLowerCase()}.${element.className.baseVal ?? element.className} ${(element.textContent || "").trim().slice(0, 24)}`;
  const rgba = (text) => {
    const parts = text.match(/[\d.]+/g).map(Number);
    return parts.length === 3 ? [...parts, 1] : parts;
  };
  const luminance = (colour) => {
    const [r, g, b] = colour.slice(0, 3).map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (element) => {
    for (let here = element; here; here = here.parentElement) {
      const colour = rgba(getComputedStyle(here).backgroundColor);
      if (colour[3] === 1) return colour;
    }
    return [255, 255, 255, 1];
  };
  const contrast = (element) => {
    const one = luminance(rgba(getComputedStyle(element).color)), other = luminance(ground(element));
    return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
  };
  const all = [...document.body.querySelectorAll("*")].filter(shown);
  const texts = all.filter((element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim()));
  const targets = all.filter((element) => element.matches("a, button, input, select, summary"));
  const edge = document.documentElement.clientWidth;
  return {
    spills: [
      ...(document.documentElement.scrollWidth > edge ? [`page ${document.documentElement.scrollWidth} > ${edge}`] : []),
      ...all.filter((element) => element.getBoundingClientRect().right > edge + 0.5).map(named),
      ...texts.filter((element) => element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).display !== "inline").map(named),
    ],
    small_targets: targets.filter((element) => {
      const box = element.getBoundingClientRect();
      return box.height < 56 || box.width < 56;
    }).map(named),
    small_text: texts.filter((element) => parseFloat(getComputedStyle(element).fontSize) < 18).map(named),
    faint_text: texts.filter((element) => contrast(element) < 4.5).map((element) => `${named(element)} ${contrast(element).toFixed(2)}`),
    main_actions: all.filter((element) => element.matches("button:not(.second, .quiet-button), a.button:not(.second)")).map(named),
  };
}
