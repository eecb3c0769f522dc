// A photo on its way into the record: camera data read, picture made smaller, hash taken.
"use strict";

(() => {
  const LONGEST = 2048;
  const QUALITY = 0.85;
  const MB = 1024 * 1024;
  const LIMITS = { photo: 20 * MB, video: 200 * MB };
  const KINDS = new Set([
    "image/jpeg", "image/png", "image/webp", "application/pdf", "video/mp4", "video/quicktime", "video/webm",
  ]);
  let loading = null;

  /** The EXIF reader is large: fetched once there is a photo. */
  function exifReader() {
    loading ??= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = Tablet.config.exif;
      script.onload = () => resolve(window.ExifReader);
      script.onerror = () => {
        loading = null;
        reject(new Error("EXIF"));
      };
      document.head.append(script);
    });
    return loading;
  }

  /** {time, longitude, latitude} as the camera wrote them; what is missing is empty. */
  async function cameraData(file) {
    const found = { time: "", longitude: "", latitude: "" };
    try {
      const tags = (await exifReader()).load(await file.arrayBuffer(), { expanded: true });
      const taken = tags.exif?.DateTimeOriginal?.description;
      const zone = tags.exif?.OffsetTimeOriginal?.description;
      const match = taken?.match(/^(\d{4}):(\d\d):(\d\d) (\d\d:\d\d:\d\d)/);
      if (match) {
        const moment = `${match[1]}-${match[2]}-${match[3]}T${match[4]}`;
        found.time = Tablet.stamp(new Date(`${moment}${/^[+-]\d\d:\d\d$/.test(zone ?? "") ? zone : "+08:00"}`));
      }
      if (Number.isFinite(tags.gps?.Longitude) && Number.isFinite(tags.gps?.Latitude)) {
        found.longitude = tags.gps.Longitude.toFixed(6);
        found.latitude = tags.gps.Latitude.toFixed(6);
      }
    } catch {
      // No camera data, or none that can be read: the tablet's own clock and place stand in.
    }
    return found;
  }

  async function smaller(file) {
    const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONGEST / Math.max(bitmap.width, bitmap.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(bitmap.width * scale);
    canvas.height = Math.round(bitmap.height * scale);
    const context = canvas.getContext("2d", { alpha: false });
    context.imageSmoothingQuality = "high";
    context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    bitmap.close();
    // Drawn anew, so nothing of the camera's data is left in it.
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
    canvas.width = 0;
    if (!blob) throw new Error("照片无法处理");
    return blob;
  }

  function place() {
    return new Promise((resolve) => {
      if (!navigator.geolocation) return resolve(null);
      navigator.geolocation.getCurrentPosition(
        (found) => resolve(found.coords), () => resolve(null),
        { enableHighAccuracy: true, timeout: 8000, maximumAge: 60_000 },
      );
    });
  }

  function refuse(file) {
    if (!KINDS.has(file.type) && !file.type.startsWith("image/")) {
      return `“${file.name}”不是照片、视频或 PDF，没有保存。`;
    }
    const limit = file.type.startsWith("video/") ? LIMITS.video : LIMITS.photo;
    return file.size > limit && !file.type.startsWith("image/")
      ? `“${file.name}”超过 ${limit / MB} MB，没有保存，请缩短或压缩。` : "";
  }

  /** Take one file into the record of `id`, for `target` (must_check:3, narrative). */
  async function add(id, file, { target, note, taker }) {
    const wrong = refuse(file);
    if (wrong) throw new Error(wrong);
    const picture = file.type.startsWith("image/");
    const room = await Tablet.room();
    if (room < file.size + 20 * MB) {
      throw Object.assign(new Error("存储已满"), { name: "QuotaExceededError" });
    }
    const camera = picture ? await cameraData(file) : { time: "", longitude: "", latitude: "" };
    let { longitude, latitude } = camera;
    let where = longitude ? "照片定位" : "";
    if (!longitude) {
      const coords = await place();
      if (coords) {
        longitude = coords.longitude.toFixed(6);
        latitude = coords.latitude.toFixed(6);
        where = `设备定位，误差 ${Math.round(coords.accuracy)} 米`;
      }
    }
    const blob = picture ? await smaller(file) : file;
    const bytes = await blob.arrayBuffer();
    const sha = await Tablet.sha256(bytes);
    const what = {
      must_check: target,
      note,
      time: camera.time || Tablet.stamp(picture ? new Date() : new Date(file.lastModified)),
      place: longitude ? `${longitude}, ${latitude}（${where}）` : "",
      taker,
      longitude,
      latitude,
      name: file.name.slice(0, 200),
    };
    // The bytes themselves, not the picker's file: that one may be gone tomorrow.
    const kept = new Blob([bytes], { type: blob.type });
    await Tablet.store.addFile(id, { sha, blob: kept, size: kept.size, type: blob.type }, what, target);
    return sha;
  }

  Object.assign(Tablet, { photo: { add, place } });
})();
