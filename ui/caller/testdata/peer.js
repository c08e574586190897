// Stands in for RTCPeerConnection: connects at once to an agent who is drawn, so that the page can be looked at
// without a media plane. What really flows is tested with the real one.
{
  window.complaints = [];
  console.error = (...said) => window.complaints.push(said.map((x) => x?.stack ?? `${x}`).join(" "));
  const draw = () => {
    const c = document.createElement("canvas"), g = c.getContext("2d");
    c.width = 720, c.height = 1280;
    const paint = () => {
      const sky = g.createLinearGradient(0, 0, 720, 1280);
      sky.addColorStop(0, "#c9d6d3"), sky.addColorStop(1, "#7f9c98");
      g.fillStyle = sky, g.fillRect(0, 0, 720, 1280);
      g.fillStyle = "#e8efec", g.fillRect(80, 160, 200, 420), g.fillRect(440, 160, 200, 420);
      g.fillStyle = "#2d4a4e", g.beginPath(), g.ellipse(360, 1230, 330, 430, 0, 0, 7), g.fill();
      g.fillStyle = "#d9b59a", g.fillRect(310, 720, 100, 140), g.beginPath(), g.ellipse(360, 600, 140, 180, 0, 0, 7), g.fill();
      g.fillStyle = "#2b2320", g.beginPath(), g.ellipse(360, 500, 160, 130, 0, Math.PI, 0), g.fill();
      g.fillStyle = `rgba(255,255,255,${0.01 * (Date.now() % 3)})`, g.fillRect(0, 0, 2, 2);
    };
    paint();
    setInterval(paint, 100);
    return c.captureStream(10);
  };
  class Peer {
    connectionState = "new";
    constructor() { (window.peers ??= []).push(this); }
    addTransceiver() { return { sender: { getParameters: () => ({}), setParameters: async () => {}, replaceTrack: async () => {} }, setCodecPreferences() {} }; }
    async createOffer() { return { type: "offer", sdp: "v=0" }; }
    async setLocalDescription(d) { this.localDescription = d; }
    async setRemoteDescription() {
      const stream = draw();
      for (const track of stream.getTracks()) this.ontrack?.({ track });
      this.turn("connected");
    }
    turn(state) { this.connectionState = state; this.onconnectionstatechange?.(); }
    async addIceCandidate() {}
    async getStats() {
      this.n = (this.n ?? 0) + 1;
      const video = { id: "v", type: "inbound-rtp", kind: "video", timestamp: Date.now(), packetsReceived: this.n * 100, packetsLost: 0, bytesReceived: this.n * 9e4, framesDecoded: window.noPicture ? 0 : this.n * 30 };
      return new Map([["v", video], ["a", { id: "a", type: "inbound-rtp", kind: "audio", timestamp: Date.now(), packetsReceived: this.n * 50, audioLevel: 0.2 }]]);
    }
    close() { this.connectionState = "closed"; }
  }
  window.RTCPeerConnection = Peer;
}
