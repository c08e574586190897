package storagetest

import (
	"context"
	"errors"
	"time"

	"foyer/runtime/event"
	"foyer/runtime/secret"
)

// secrets checks the promises at secret.Secrets.
func secrets() []promise {
	return []promise{
		{"ASecretIsReadAsItWasWritten", secretIsReadAsItWasWritten},
		{"OneIsReplaced", secretIsReplaced},
		{"UnknownOnes", secretUnknownOnes},
		{"OnlyInADecision", secretOnlyInADecision},
	}
}

func (k *kit) seals(s secret.Sealed) func(context.Context) error {
	return func(ctx context.Context) error { return k.Secrets().Put(ctx, s) }
}

func secretIsReadAsItWasWritten(k *kit) {
	want, other := filled[secret.Sealed](), filled[secret.Sealed]()
	other.ID = "other"
	k.do(k.seals(want), k.seals(other))
	got, err := k.Secrets().Get(k.Context(), want.ID)
	equal(k, got, err, want)
	k.do(func(ctx context.Context) error { return k.Secrets().Delete(ctx, want.ID) })
	if _, err := k.Secrets().Get(k.Context(), want.ID); !errors.Is(err, secret.ErrNotFound) {
		k.Errorf("a deleted one: %v", err)
	}
	got, err = k.Secrets().Get(k.Context(), "other")
	equal(k, got, err, other)
}

func secretIsReplaced(k *kit) {
	first := secret.Sealed{ID: "s", KeyID: "k1", Data: "one", CreatedAt: start, UpdatedAt: start}
	next := secret.Sealed{ID: "s", KeyID: "k2", Data: "two", CreatedAt: start, UpdatedAt: start.Add(time.Millisecond)}
	k.do(k.seals(first), k.seals(next))
	got, err := k.Secrets().Get(k.Context(), "s")
	equal(k, got, err, next)
}

func secretUnknownOnes(k *kit) {
	if _, err := k.Secrets().Get(k.Context(), "x"); !errors.Is(err, secret.ErrNotFound) {
		k.Errorf("got %v", err)
	}
	err := k.try(func(ctx context.Context) error { return k.Secrets().Delete(ctx, "x") })
	if !errors.Is(err, secret.ErrNotFound) {
		k.Errorf("deleting: %v", err)
	}
}

func secretOnlyInADecision(k *kit) {
	if err := k.Secrets().Put(k.Context(), secret.Sealed{ID: "s"}); !errors.Is(err, event.ErrOutside) {
		k.Errorf("got %v", err)
	}
	if err := k.Secrets().Delete(k.Context(), "s"); !errors.Is(err, event.ErrOutside) {
		k.Errorf("deleting: %v", err)
	}
}
