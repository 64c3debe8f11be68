// Buttons for passkeys are shown where the browser knows them, and say so when it did not come to one.

const alertRegion = document.getElementById("alert");

if (window.PublicKeyCredential) {
  for (const part of document.querySelectorAll("[data-passkey]")) part.hidden = false;
}

document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  const said = "No passkey was used. Try again, or take another way.";
  for (const note of document.querySelectorAll("[data-passkey-note]")) note.textContent = said;
  if (alertRegion) alertRegion.textContent = said;
});
