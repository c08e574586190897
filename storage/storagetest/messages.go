package storagetest

import (
	"context"
	"errors"

	"foyer/runtime/chat"
	"foyer/runtime/event"
)

// messages checks the promises at chat.Messages.
func messages() []promise {
	return []promise{
		{"AMessageIsReadAsItWasWritten", messageAMessageIsReadAsItWasWritten},
		{"AReaderGoesOnWhereItWas", messageAReaderGoesOnWhereItWas},
		{"PostedOnce", messagePostedOnce},
		{"UnknownFile", messageUnknownFile},
	}
}

func messageAMessageIsReadAsItWasWritten(k *kit) {
	want := filled[chat.Message]()
	want.From, want.Kind, want.File.URL = chat.FromAgent, chat.ImageKind, ""
	k.do(func(ctx context.Context) error { return k.Messages().AddFile(ctx, *want.File) },
		func(ctx context.Context) error { return k.Messages().AddMessage(ctx, want) })
	got, err := k.Messages().MessagesAfter(k.Context(), want.SessionID, 0, 10)
	equal(k, got, err, []chat.Message{want})
	one, ok, err := k.Messages().ByClientID(k.Context(), want.SessionID, chat.FromAgent, want.ClientMessageID)
	found(k, one, ok, err, want)
	file, err := k.Messages().File(k.Context(), want.File.ID)
	equal(k, file, err, *want.File)
}

func messageAReaderGoesOnWhereItWas(k *kit) {
	for i := range 5 {
		k.do(k.says("s", int64(i+1)), k.says("t", int64(i+1)))
	}
	got, err := k.Messages().MessagesAfter(k.Context(), "s", 2, 2)
	if err != nil || len(got) != 2 || got[0].Seq != 3 || got[1].Seq != 4 || got[0].File != nil {
		k.Errorf("%+v, %v", got, err)
	}
	last, err := k.Messages().LastSeq(k.Context(), "s")
	equal(k, last, err, 5)
	last, err = k.Messages().LastSeq(k.Context(), "u")
	equal(k, last, err, 0)
}

func messagePostedOnce(k *kit) {
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
			k.Errorf("%d: %v", i, err)
		}
	}
	for i, err := range []error{post(5, "s", chat.FromCaller, "c"), post(4, "s", chat.FromCaller, "d")} {
		if !errors.Is(err, event.ErrDuplicate) {
			k.Errorf("%d: %v", i, err)
		}
	}
	got, ok, err := k.Messages().ByClientID(k.Context(), "s", chat.FromFlow, "")
	absent(k, got, ok, err)
}

func messageUnknownFile(k *kit) {
	if _, err := k.Messages().File(k.Context(), "x"); !errors.Is(err, chat.ErrNoFile) {
		k.Errorf("got %v", err)
	}
}
