// Calls that need the network now, and what ends or begins a conversation in every tab.

// Gives {…}, or throws an Error with the server's `code`.
export async function call(chat, path, given = { body: {} }) {
  const response = await chat.transport.request(path, given);
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw Object.assign(new Error(path), { code: body.code });
  return body;
}

export async function erase(chat) {
  await call(chat, "sessions", { method: "DELETE" });
  chat.transport.leave("erased");
}

export async function end(chat) {
  await call(chat, "end");
  chat.transport.leave("closed");
}

export async function begin({ transport }) {
  await transport.session();
  transport.introduce(true);
  transport.wake();
}
