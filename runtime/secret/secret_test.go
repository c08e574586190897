package secret_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"foyer/runtime/event"
	"foyer/runtime/secret"
)

// rows is a store and a ledger in memory; the tests need no more of a transaction than that one follows another.
type rows struct {
	event.Ledger
	kept  map[string]secret.Sealed
	notes []event.Event
}

func (r *rows) Do(ctx context.Context, f func(context.Context) error) error { return f(ctx) }
func (r *rows) Append(_ context.Context, e event.Event) error {
	r.notes = append(r.notes, e)
	return nil
}
func (r *rows) Put(_ context.Context, s secret.Sealed) error { r.kept[s.ID] = s; return nil }
func (r *rows) Delete(_ context.Context, id string) error    { delete(r.kept, id); return nil }
func (r *rows) Get(_ context.Context, id string) (secret.Sealed, error) {
	s, ok := r.kept[id]
	if !ok {
		return s, secret.ErrNotFound
	}
	return s, nil
}

func key(t *testing.T, fill byte) secret.Key {
	t.Helper()
	k, err := secret.NewKey(bytes.Repeat([]byte{fill}, secret.KeySize))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func box(t *testing.T) (*secret.Box, *rows) {
	r, n := &rows{kept: map[string]secret.Sealed{}}, 0
	return &secret.Box{
		Secrets: r, Ledger: r, Instance: "ins_1", Key: key(t, 1), Clock: func() time.Time { return time.Unix(1000, 0) },
		NewID: func(prefix string) string { n++; return fmt.Sprint(prefix, n) },
	}, r
}

func TestKeepAndOpen(t *testing.T) {
	b, r := box(t)
	id, err := b.Keep(t.Context(), "acc_1", "  Bearer 密码 42\n")
	if err != nil || id != "sec_1" {
		t.Fatalf("%q, %v", id, err)
	}
	if value, err := b.Open(t.Context(), id); err != nil || value != "Bearer 密码 42" {
		t.Errorf("opened %q, %v", value, err)
	}
	first := r.kept[id]
	if err := b.Replace(t.Context(), "acc_2", id, "another"); err != nil {
		t.Fatal(err)
	}
	if value, err := b.Open(t.Context(), id); err != nil || value != "another" {
		t.Errorf("opened %q, %v", value, err)
	}
	if r.kept[id].Data == first.Data || r.kept[id].KeyID != b.Key.ID() || first.KeyID == "" {
		t.Errorf("stored %+v", r.kept[id])
	}
	var kinds []string
	for _, e := range r.notes {
		kinds = append(kinds, string(e.Kind)+" "+string(e.Data))
	}
	want := `secret.kept {"by":"acc_1","id":"sec_1"}, secret.replaced {"by":"acc_2","id":"sec_1"}`
	if got := strings.Join(kinds, ", "); got != want {
		t.Errorf("on record: %s", got)
	}
}

// What is stored tells nothing of the value, and the same value is never stored twice alike.
func TestSealed(t *testing.T) {
	b, r := box(t)
	for range 2 {
		if _, err := b.Keep(t.Context(), "acc", "correct-horse"); err != nil {
			t.Fatal(err)
		}
	}
	if r.kept["sec_1"].Data == r.kept["sec_2"].Data {
		t.Error("the same value is sealed alike")
	}
	for id, s := range r.kept {
		raw, err := base64.StdEncoding.DecodeString(s.Data)
		if err != nil || bytes.Contains(raw, []byte("horse")) {
			t.Errorf("%s is stored as %q, %v", id, raw, err)
		}
	}
	for _, e := range r.notes {
		if strings.Contains(string(e.Data), "horse") {
			t.Errorf("on record: %s", e.Data)
		}
	}
}

// A row that was moved, changed, or brought from another instance or key does not open.
func TestBound(t *testing.T) {
	b, r := box(t)
	id, err := b.Keep(t.Context(), "acc", "value")
	if err != nil {
		t.Fatal(err)
	}
	good := r.kept[id]
	refused := func(name, id string) {
		t.Helper()
		if value, err := b.Open(t.Context(), id); !errors.Is(err, secret.ErrSealed) {
			t.Errorf("%s: %q, %v", name, value, err)
		}
	}
	moved := good
	moved.ID = "sec_9"
	r.kept["sec_9"] = moved
	refused("another row", "sec_9")
	raw, _ := base64.StdEncoding.DecodeString(good.Data)
	raw[len(raw)-1] ^= 1
	for name, data := range map[string]string{"a flipped bit": base64.StdEncoding.EncodeToString(raw), "too short": "AAAA", "no base64": "%"} {
		bad := good
		bad.Data = data
		r.kept[id] = bad
		refused(name, id)
	}
	r.kept[id] = good
	b.Instance = "ins_2"
	refused("another instance", id)
	b.Instance, b.Key = "ins_1", key(t, 2)
	refused("another key", id)
	bad := good
	bad.KeyID = b.Key.ID()
	r.kept[id] = bad
	refused("another key that claims to be the one", id)
}

func TestRefused(t *testing.T) {
	b, r := box(t)
	for name, value := range map[string]string{
		"nothing": "", "space": " \n", "two lines": "a\nX-Evil: b", "a NUL": "a\x00b", "no UTF-8": "a\xff",
		"too long": strings.Repeat("x", secret.MaxValue+1),
	} {
		if _, err := b.Keep(t.Context(), "acc", value); !errors.Is(err, secret.ErrValue) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if len(r.kept) != 0 {
		t.Errorf("kept %v", r.kept)
	}
	id, err := b.Keep(t.Context(), "acc", strings.Repeat("x", secret.MaxValue))
	if err != nil {
		t.Errorf("the longest: %v", err)
	}
	for name, err := range map[string]error{
		"replace": b.Replace(t.Context(), "acc", "sec_x", "v"), "delete": b.Delete(t.Context(), "acc", "sec_x"),
	} {
		if !errors.Is(err, secret.ErrNotFound) {
			t.Errorf("%s of an unknown one: %v", name, err)
		}
	}
	if _, err := b.Open(t.Context(), "sec_x"); !errors.Is(err, secret.ErrNotFound) {
		t.Errorf("open of an unknown one: %v", err)
	}
	if err := b.Replace(t.Context(), "acc", id, ""); !errors.Is(err, secret.ErrValue) {
		t.Errorf("replaced by nothing: %v", err)
	}
}

func TestDelete(t *testing.T) {
	b, r := box(t)
	if _, err := b.Keep(t.Context(), "acc", "v"); err != nil {
		t.Fatal(err)
	}
	uses := []string{"售后", "售前"}
	b.Uses = func(_ context.Context, id string) []string { return uses }
	if err := b.Delete(t.Context(), "acc", "sec_1"); !errors.Is(err, secret.ErrUsed) || !strings.Contains(err.Error(), "售前, 售后") {
		t.Errorf("while used: %v", err)
	}
	uses = nil
	if err := b.Delete(t.Context(), "acc", "sec_1"); err != nil || len(r.kept) != 0 {
		t.Errorf("%v, left %v", err, r.kept)
	}
}

func TestReadKey(t *testing.T) {
	raw := bytes.Repeat([]byte{1}, secret.KeySize)
	want := key(t, 1).ID()
	for _, text := range []string{base64.StdEncoding.EncodeToString(raw), " " + hex.EncodeToString(raw) + "\n"} {
		if k, err := secret.ReadKey(text); err != nil || k.ID() != want {
			t.Errorf("%q: %s, %v", text, k.ID(), err)
		}
	}
	for _, text := range []string{"", "short", base64.StdEncoding.EncodeToString(raw[:31]), hex.EncodeToString(raw[:16])} {
		if _, err := secret.ReadKey(text); err == nil {
			t.Errorf("%q is taken", text)
		} else if text != "" && strings.Contains(err.Error(), text) {
			t.Errorf("the error quotes the key: %v", err)
		}
	}
	if _, err := secret.NewKey(raw[:16]); err == nil {
		t.Error("a short key is taken")
	}
}
