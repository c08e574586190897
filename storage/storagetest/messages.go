package storagetest

import (
	"context"
	"errors"
	"testing"

	"foyer/runtime/chat"
	"foyer/runtime/event"
)

// messages checks the promises at chat.Messages.
func messages(t *testing.T, open func(*testing.T) *kit) {
	t.Run("AMessageIsReadAsItWasWritten", func(t *testing.T) {
		k, want := open(t), filled[chat.Message]()
		want.From, want.Kind, want.File.URL = chat.FromAgent, chat.ImageKind, ""
		k.do(func(ctx context.Context) error { return k.Messages().AddFile(ctx, *want.File) },
			func(ctx context.Context) error { return k.Messages().AddMessage(ctx, want) })
		got, err := k.Messages().MessagesAfter(t.Context(), want.SessionID, 0, 10)
		equal(t, got, err, []chat.Message{want})
		one, ok, err := k.Messages().ByClientID(t.Context(), want.SessionID, chat.FromAgent, want.ClientMessageID)
		found(t, one, ok, err, want)
		file, err := k.Messages().File(t.Context(), want.File.ID)
		equal(t, file, err, *want.File)
	})
	t.Run("AReaderGoesOnWhereItWas", func(t *testing.T) {
		k := open(t)
		for i := range 5 {
			k.do(k.says("s", int64(i+1)), k.says("t", int64(i+1)))
		}
		got, err := k.Messages().MessagesAfter(t.Context(), "s", 2, 2)
		if err != nil || len(got) != 2 || got[0].Seq != 3 || got[1].Seq != 4 || got[0].File != nil {
			t.Errorf("%+v, %v", got, err)
		}
		last, err := k.Messages().LastSeq(t.Context(), "s")
		equal(t, last, err, 5)
		last, err = k.Messages().LastSeq(t.Context(), "u")
		equal(t, last, err, 0)
	})
	t.Run("PostedOnce", func(t *testing.T) {
		k := open(t)
		post := func(seq int64, session string, from chat.Sender, client string) error {
			return k.try(func(ctx context.Context) error {
				return k.Messages().AddMessage(ctx, chat.Message{SessionID: session, Seq: seq, From: from, ClientMessageID: client, Kind: chat.TextKind})
			})
		}
		for i, err := range []error{
			post(1, "s", chat.FromCaller, "c"), post(2, "s", chat.FromAgent, "c"), post(1, "t", chat.FromCaller, "c"),
			post(3, "s", chat.FromFlow, ""), post(4, "s", chat.FromFlow, ""),
		} {
			if err != nil {
				t.Errorf("%d: %v", i, err)
			}
		}
		for i, err := range []error{post(5, "s", chat.FromCaller, "c"), post(4, "s", chat.FromCaller, "d")} {
			if !errors.Is(err, event.ErrDuplicate) {
				t.Errorf("%d: %v", i, err)
			}
		}
		got, ok, err := k.Messages().ByClientID(t.Context(), "s", chat.FromFlow, "")
		absent(t, got, ok, err)
	})
	t.Run("UnknownFile", func(t *testing.T) {
		if _, err := open(t).Messages().File(t.Context(), "x"); !errors.Is(err, chat.ErrNoFile) {
			t.Errorf("got %v", err)
		}
	})
}
