// For a browser that cannot run the app: written so that any browser can read it, and it says which ones can.
(function () {
  var root = document.getElementById("app");
  var fit = "noModule" in document.createElement("script") && window.indexedDB && window.fetch && window.crypto &&
    Array.prototype.at && window.HTMLDialogElement && (crypto.randomUUID || !window.isSecureContext);
  if (fit && window.isSecureContext) return;
  // Under another name the app does not find it.
  root.id = "outdated";
  root.innerHTML = fit
    ? '<p class="splash">请用 https 打开。</p><p class="splash" lang="en">Open this over https.</p>'
    : '<p class="splash">浏览器版本太旧，请更新：Chrome、Edge、微信内核 92 以上，Safari 或 iOS 15.4 以上，Firefox 98 以上。本机数据不受影响。</p>' +
      '<p class="splash" lang="en">This browser is too old. Needed: Chrome, Edge or WeChat\'s engine 92, Safari or iOS 15.4, Firefox 98, or newer. ' +
      "What is on this phone stays.</p>";
})();
