// A caller as small as can be: logs in, starts a session, follows its socket, joins the media. Loaded by the tests
// into any page of the server.
window.caller = async (sdkAppId, ivrId, nickname, media) => {
  const me = { frames: [], messages: [], media: "none", remote: null, state: "" };
  const api = async (path, body, token) => {
    const answer = await fetch(path, {
      method: body ? "POST" : "GET",
      headers: { "Content-Type": "application/json", ...(token && { Authorization: `Bearer ${token}` }) },
      body: body && JSON.stringify(body),
    });
    return answer.json();
  };
  const { token } = await api("/api/v1/caller/login", { sdkAppId, visitor: { nickname } });
  const menu = await api(`/api/v1/flows/${ivrId}/menu`);
  const option = menu.options.find((o) => o.label === "产品报障");
  const session = await api("/api/v1/sessions", { ivrId, media, version: menu.version, optionId: option.id, idempotencyKey: crypto.randomUUID() }, token);

  let ws, last = -1, number = 0;
  const asked = new Map();
  const ask = (type, data) => new Promise((done, fail) => {
    asked.set(`${++number}`, { done, fail });
    ws.send(JSON.stringify({ type, id: `${number}`, data }));
  });
  const join = async (t) => {
    const pc = new RTCPeerConnection();
    const own = await navigator.mediaDevices.getUserMedia({ audio: true, video: t.media === "video" });
    for (const track of own.getTracks()) pc.addTrack(track, own);
    pc.ontrack = (e) => (me.remote = e.streams[0]);
    pc.onconnectionstatechange = () => (me.media = pc.connectionState);
    await pc.setLocalDescription();
    const answer = await ask("media.offer", { legId: t.legId, token: t.token, sdp: pc.localDescription.sdp });
    await pc.setRemoteDescription({ type: "answer", sdp: answer.sdp });
    me.leg = { ...t, token: answer.resume, own, pc };
  };
  const take = (f) => {
    if (f.type === "ok") return asked.get(f.re)?.done(f.data);
    if (f.type === "error") return asked.get(f.re)?.fail(new Error(f.error.code));
    if (f.seq) last = f.seq;
    me.frames.push(f.type);
    if (f.type === "ready") me.online = true;
    if (f.type === "ready" && last < 0) last = f.data.seq;
    if (f.type === "ready" && me.leg && me.lost) me.lost = void join(me.leg).catch(() => (me.media = "failed"));
    if (f.type === "session.updated" || f.type === "session.ended") me.state = f.data.state ?? "ended";
    if (f.type === "message.posted") me.messages.push(f.data);
    if (f.type === "media.ticket" && f.data.role === "caller") void join(f.data);
    if (f.type === "media.closed") { me.leg?.pc.close(); me.media = "closed"; me.leg = null; }
  };
  const connect = () => {
    ws = new WebSocket(`ws://${location.host}/api/v1/live`);
    ws.onopen = () => ws.send(JSON.stringify({ type: "hello", token, sessionId: session.sessionId, ...(last >= 0 && { after: last }) }));
    ws.onmessage = (e) => take(JSON.parse(e.data));
    ws.onclose = () => { me.online = false; me.lost = true; setTimeout(connect, 200); };
  };
  connect();
  me.say = (text, kind = "text") => ask("message.post", { clientMessageId: crypto.randomUUID(), kind, text });
  me.types = () => ask("typing", {});
  me.end = () => api(`/api/v1/sessions/${session.sessionId}/end`, {}, token);
  window.me = me;
  return session.sessionId;
};
