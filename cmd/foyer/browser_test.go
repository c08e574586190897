package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"foyer/ui/kit/kittest"
)

// person is somebody at a browser of their own, with a camera and a microphone that play a test picture and beeps.
type person struct {
	t    *testing.T
	ctx  context.Context
	name string
}

// browser seats a person.
func browser(t *testing.T, name string, w, h int64) person {
	t.Helper()
	p := person{t, kittest.Browser(t), name}
	kittest.Do(t, p.ctx, kittest.Size(w, h))
	return p
}

// speaks lets the person choose a language on a site.
func (p person) speaks(url, lang string) {
	p.t.Helper()
	kittest.Do(p.t, p.ctx, chromedp.Navigate(url+"/lang/"+lang+"?back=/login"))
}

// open goes to an address and waits until its scripts have run.
func (p person) open(url string) {
	p.t.Helper()
	kittest.Do(p.t, p.ctx, chromedp.Navigate(url))
	p.until("the page is there", `document.readyState === "complete"`)
}

// until waits for a script expression to be true.
func (p person) until(what, script string) { p.t.Helper(); p.within(15*time.Second, what, script) }

// within is until with a patience of its own. When it runs out, the test ends with a picture of the page.
func (p person) within(patience time.Duration, what, script string) {
	p.t.Helper()
	for end := time.Now().Add(patience); ; time.Sleep(50 * time.Millisecond) {
		if p.true(script) {
			return
		}
		if time.Now().After(end) {
			p.t.Fatalf("%s: %s never came true: %s\npicture: %s", p.name, what, script, p.picture())
		}
	}
}

// true evaluates a script expression; while a page is on its way everything is false.
func (p person) true(script string) bool {
	ctx, cancel := context.WithTimeout(p.ctx, 10*time.Second)
	defer cancel()
	ok, err := chromedp.Run(ctx, chromedp.Evaluate[bool](
		"(async () => { try { return Boolean(await ("+script+")) } catch { return false } })()", chromedp.EvalAwaitPromise))
	return err == nil && ok
}

// picture keeps the page as it is now; FOYER_SHOTS names a folder that outlives the test.
func (p person) picture() string {
	dir := os.Getenv("FOYER_SHOTS")
	if dir == "" {
		dir = os.TempDir()
	}
	name := filepath.Join(dir, fmt.Sprintf("foyer-%s-%d.png", p.name, time.Now().UnixMilli()))
	shot, err := chromedp.Run(p.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		return err.Error()
	}
	if err := os.WriteFile(name, shot, 0o600); err != nil {
		return err.Error()
	}
	return name
}

// sees waits for words on the page.
func (p person) sees(words string) {
	p.t.Helper()
	p.until("seeing "+words, fmt.Sprintf(`document.body.innerText.includes(%s)`, quote(words)))
}

// has waits for a visible element.
func (p person) has(css string) {
	p.t.Helper()
	p.until(css+" is visible", visible(css))
}

func visible(css string) string {
	return fmt.Sprintf(`(e => e && e.checkVisibility() && e.getBoundingClientRect().width > 0)(document.querySelector(%s))`, quote(css))
}

// quote writes a text as a script's string.
func quote(s string) string {
	raw, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	return string(raw)
}

type point struct{ X, Y float64 }

// at gives the middle of an element, once it is there and stands still.
func (p person) at(css string) point {
	p.t.Helper()
	p.has(css)
	var at point
	// looked up anew each time: a page may draw the element again meanwhile
	raw := kittest.Eval[string](p.t, p.ctx, fmt.Sprintf(`(async () => {
		const find = () => document.querySelector(%s), rest = () => new Promise(r => setTimeout(r, 60));
		const where = () => JSON.stringify((r => r?.width ? {X: r.x + r.width / 2, Y: r.y + r.height / 2} : null)(find()?.getBoundingClientRect()));
		find()?.scrollIntoView({block: "nearest", inline: "nearest"});
		for (let last = "", now = where(); last !== now || now === "null"; last = now, now = where()) await rest();
		return where();
	})()`, quote(css)))
	if err := json.Unmarshal([]byte(raw), &at); err != nil {
		p.t.Fatalf("%s: where is %s: %v", p.name, css, err)
	}
	return at
}

// clicks presses the mouse in the middle of an element.
func (p person) clicks(css string) {
	p.t.Helper()
	at := p.at(css)
	kittest.Do(p.t, p.ctx, chromedp.MouseClickXY(at.X, at.Y))
}

// focuses clicks into a field until it has the focus: a form may move while the server's answer comes in.
func (p person) focuses(css string) {
	p.t.Helper()
	for range 5 {
		p.clicks(css)
		if p.true(fmt.Sprintf(`document.activeElement === document.querySelector(%s)`, quote(css))) {
			return
		}
	}
	p.t.Fatalf("%s: %s never takes the focus\npicture: %s", p.name, css, p.picture())
}

// clicksOn clicks the first visible element of a kind that says so.
func (p person) clicksOn(css, words string) {
	p.t.Helper()
	find := fmt.Sprintf(`[...document.querySelectorAll(%s)].find(e => e.checkVisibility() && e.textContent.includes(%s))`, quote(css), quote(words))
	p.until(css+" that says "+words, find)
	kittest.Eval[bool](p.t, p.ctx, fmt.Sprintf(`(document.querySelectorAll("[data-aim]").forEach(e => e.removeAttribute("data-aim")), (%s).setAttribute("data-aim", ""), true)`, find))
	p.clicks("[data-aim]")
}

// types puts a text into a field with the keyboard, in place of what was there.
func (p person) types(css, words string) {
	p.t.Helper()
	p.focuses(css)
	kittest.Eval[bool](p.t, p.ctx, fmt.Sprintf(`(document.querySelector(%s).select?.(), true)`, quote(css)))
	kittest.Do(p.t, p.ctx, chromedp.KeyEvent(words))
}

// keys presses keys where the focus is.
func (p person) keys(words string) {
	p.t.Helper()
	kittest.Do(p.t, p.ctx, chromedp.KeyEvent(words))
}

// chooses picks an option of a select by its words.
func (p person) chooses(css, words string) {
	p.t.Helper()
	p.has(css)
	ok := kittest.Eval[bool](p.t, p.ctx, fmt.Sprintf(`(e => {
		const o = [...e.options].find(o => o.text.includes(%s)); if (!o) return false;
		e.value = o.value; e.dispatchEvent(new Event("input", {bubbles: true})); e.dispatchEvent(new Event("change", {bubbles: true}));
		return true;
	})(document.querySelector(%s))`, quote(words), quote(css)))
	if !ok {
		p.t.Fatalf("%s: %s has no option %q", p.name, css, words)
	}
}

// drags presses the mouse at one element, moves and releases it at a point.
func (p person) drags(css string, to point) {
	p.t.Helper()
	from, left := p.at(css), chromedp.Button("left")
	steps := []kittest.Step{
		chromedp.MouseEvent(chromedp.MouseMoved, from.X, from.Y),
		chromedp.MouseEvent(chromedp.MousePressed, from.X, from.Y, left, chromedp.ClickCount(1)),
	}
	for i := 1; i <= 8; i++ {
		k := float64(i) / 8
		steps = append(steps, chromedp.MouseEvent(chromedp.MouseMoved, from.X+(to.X-from.X)*k, from.Y+(to.Y-from.Y)*k, left))
	}
	steps = append(steps, chromedp.MouseEvent(chromedp.MouseReleased, to.X, to.Y, left, chromedp.ClickCount(1)))
	kittest.Do(p.t, p.ctx, steps...)
}

// text reads what an element says.
func (p person) text(css string) string {
	p.t.Helper()
	p.has(css)
	return kittest.Eval[string](p.t, p.ctx, fmt.Sprintf(`document.querySelector(%s).innerText.trim()`, quote(css)))
}

// seesMotion waits until a video's decoded picture changes from one moment to the next and is not black.
func (p person) seesMotion(css string) {
	p.t.Helper()
	p.within(30*time.Second, "moving pixels in "+css, fmt.Sprintf(`(async () => {
		const v = document.querySelector(%s); if (!v || !v.videoWidth) return false;
		const c = new OffscreenCanvas(64, 48), g = c.getContext("2d", {willReadFrequently: true});
		const shot = () => (g.drawImage(v, 0, 0, 64, 48), g.getImageData(0, 0, 64, 48).data);
		const a = shot(); await new Promise(r => setTimeout(r, 400)); const b = shot();
		let light = 0, moved = 0;
		for (let i = 0; i < a.length; i += 4) { light += b[i] + b[i + 1] + b[i + 2]; if (Math.abs(a[i] - b[i]) + Math.abs(a[i + 1] - b[i + 1]) + Math.abs(a[i + 2] - b[i + 2]) > 60) moved++; }
		return light / (64 * 48 * 3) > 16 && moved > 4;
	})()`, quote(css)))
}

// hears waits until the sound that arrives with a video's stream has energy when decoded.
func (p person) hears(css string) {
	p.t.Helper()
	p.within(30*time.Second, "sound of "+css, fmt.Sprintf(`(async () => {
		const stream = document.querySelector(%s)?.srcObject;
		if (!stream?.getAudioTracks().length) return false;
		const audio = new AudioContext(), reader = audio.createAnalyser(), s = new Float32Array(reader.fftSize);
		await audio.resume();
		audio.createMediaStreamSource(new MediaStream(stream.getAudioTracks())).connect(reader);
		let loudest = 0;
		for (let i = 0; i < 40; i++) { await new Promise(r => setTimeout(r, 40)); reader.getFloatTimeDomainData(s); loudest = Math.max(loudest, ...s.map(Math.abs)); }
		await audio.close();
		return loudest > 0.02;
	})()`, quote(css)))
}
