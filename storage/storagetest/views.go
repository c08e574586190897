package storagetest

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"time"

	"foyer/runtime/channel"
	"foyer/runtime/event"
	"foyer/runtime/session"
	"foyer/storage"
)

// views checks what can be seen of a database that another process has.
func views() []promise {
	return []promise{{"ItIsSeenWhileItIsUsed", viewWhileUsed}, {"AndWhenItIsNot", viewWhenClosed}, {"OnePreparedForUsIsNoneYet", viewOfAnEmptyOne}}
}

func (k *kit) view() *storage.Store {
	k.Helper()
	s, err := storage.View(k.T.Context(), storage.Config{URL: k.cfg.URL, Clock: time.Now})
	if err != nil {
		k.Fatal(err)
	}
	return s
}

func viewWhileUsed(k *kit) {
	k.do(k.starts(session.Session{ID: "a"}))
	look := k.view()
	in := look.Instance(Tenant)
	if got, err := in.Sessions().Get(k.T.Context(), "a"); err != nil || got.ID != "a" {
		k.Errorf("%+v, %v", got, err)
	}
	k.do(k.starts(session.Session{ID: "b", CallerID: "b"})) // the owner goes on
	if _, err := in.Sessions().Get(k.T.Context(), "b"); err != nil {
		k.Errorf("what came later: %v", err)
	}
	if err := in.Do(k.T.Context(), func(context.Context) error { return nil }); !errors.Is(err, event.ErrNotOwner) {
		k.Errorf("a decision: %v", err)
	}
	if err := look.CreateInstance(k.T.Context(), channel.Instance{ID: "ins_view", SdkAppID: 1400000002, CreatedAt: start}); err == nil {
		k.Error("it can be written to")
	}
	if err := look.Close(); err != nil {
		k.Error(err)
	}
	k.do(k.starts(session.Session{ID: "c", CallerID: "c"}))
}

func viewWhenClosed(k *kit) {
	k.do(k.starts(session.Session{ID: "a"}))
	if err := k.store.Close(); err != nil {
		k.Fatal(err)
	}
	look := k.view()
	if _, err := look.Instance(Tenant).Sessions().Get(k.T.Context(), "a"); err != nil {
		k.Error(err)
	}
	if err := look.Close(); err != nil {
		k.Error(err)
	}
	again := OpenAt(k.T, k.cfg.URL)
	if _, err := again.Instance(Tenant).Sessions().Get(k.T.Context(), "a"); err != nil {
		k.Error(err)
	}
}

// viewOfAnEmptyOne looks into a database that was made, as an operator makes one, but never used.
func viewOfAnEmptyOne(k *kit) {
	url := k.fresh(k.T)
	if !strings.Contains(url, "://") { // a file is not there before it is used
		if err := errors.Join(os.MkdirAll(filepath.Dir(url), 0o700), os.WriteFile(url, nil, 0o600)); err != nil {
			k.Fatal(err)
		}
	}
	_, err := storage.View(k.T.Context(), storage.Config{URL: url, Clock: time.Now})
	if !errors.Is(err, storage.ErrNoDatabase) {
		k.Errorf("got %v", err)
	}
}
