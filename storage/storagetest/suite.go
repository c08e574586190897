package storagetest

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"foyer/designer/graph"
	"foyer/storage"
)

// Suite states what a database must do. fresh gives the URL of an empty one each time.
func Suite(t *testing.T, fresh func(t testing.TB) string) {
	for _, part := range []struct {
		name     string
		promises func() []promise
	}{
		{"Ledger", ledger}, {"Decisions", decisions}, {"AfterCommit", afterCommit}, {"Frames", frames},
		{"Instances", instances}, {"Flows", flows}, {"Accounts", accounts}, {"Agents", agents}, {"Groups", groups},
		{"Entries", entries}, {"Offers", offers}, {"Candidates", candidates}, {"Sessions", sessions}, {"Traces", traces}, {"Views", views}, {"Calls", calls},
		{"Messages", messages}, {"Callers", callers}, {"Timers", timers}, {"Records", records}, {"Secrets", secrets}, {"Callbacks", callbacks},
	} {
		t.Run(part.name, func(t *testing.T) {
			for _, p := range part.promises() {
				t.Run(p.name, func(t *testing.T) { p.holds(newKit(t, fresh)) })
			}
		})
	}
}

// promise is one thing that a part of the storage promises, tried on a fresh instance.
type promise struct {
	name  string
	holds func(*kit)
}

// kit is a fresh instance and what tests do with it.
type kit struct {
	*testing.T
	*storage.Instance
	store *storage.Store
	cfg   *storage.Config
	fresh func(t testing.TB) string
	now   time.Time
}

func newKit(t *testing.T, fresh func(t testing.TB) string) *kit {
	t.Helper()
	k := &kit{T: t, now: start, fresh: fresh}
	k.store = OpenAt(t, fresh(t), func(c *storage.Config) {
		c.Clock = func() time.Time { return k.now }
		k.cfg = c
	})
	k.Instance = k.store.Instance(Tenant)
	return k
}

// do runs a decision that must succeed.
func (k *kit) do(steps ...func(ctx context.Context) error) {
	k.Helper()
	if err := k.try(steps...); err != nil {
		k.Error(err)
	}
}

// try runs a decision.
func (k *kit) try(steps ...func(ctx context.Context) error) error {
	return k.Instance.Do(k.T.Context(), func(ctx context.Context) error {
		for _, step := range steps {
			if err := step(ctx); err != nil {
				return err
			}
		}
		return nil
	})
}

// equal compares what was read with what was written.
func equal[T any](t testing.TB, got T, err error, want T) {
	t.Helper()
	if err != nil {
		t.Error(err)
		return
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("written (-) and read (+) differ:\n%s", diff)
	}
}

// found is equal for those who also say whether there is one.
func found[T any](t testing.TB, got T, ok bool, err error, want T) {
	t.Helper()
	if err == nil && !ok {
		t.Errorf("nothing was found instead of %+v", want)
		return
	}
	equal(t, got, err, want)
}

// absent wants nothing to be found.
func absent[T any](t testing.TB, got T, ok bool, err error) {
	t.Helper()
	if ok || err != nil {
		t.Errorf("found %+v, %v, %v; want nothing", got, ok, err)
	}
}

// filled gives a T in which every field, however deep, differs from its zero, so that a field which a table has no
// column for is noticed. Fields of closed sets are set by the caller afterwards.
func filled[T any]() (v T) {
	n := 0
	fill(reflect.ValueOf(&v).Elem(), &n)
	return v
}

func fill(v reflect.Value, n *int) {
	*n++
	switch v.Interface().(type) {
	case time.Time:
		v.Set(reflect.ValueOf(start.Add(time.Duration(*n) * 1001 * time.Microsecond)))
		return
	case json.RawMessage:
		v.SetBytes(fmt.Appendf(nil, `{"n":%d}`, *n))
		return
	case graph.Graph: // is read as its spec says
		defer func() { v.FieldByName("Spec").SetInt(graph.SpecVersion) }()
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(fmt.Sprintf("文字 %d 'x' \"y\" 😀", *n))
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(*n))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Interface:
		if v.NumMethod() == 0 { // an error is not kept in any row
			v.Set(reflect.ValueOf(fmt.Sprint("值 ", *n)))
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), n)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0), n)
	case reflect.Map:
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		fill(key, n)
		fill(value, n)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(key, value)
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i), n)
		}
	default:
		panic("no idea how to fill a " + v.Type().String())
	}
}

// ids makes short ids that rise.
func ids(prefix string, n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprintf("%s%03d", prefix, i)
	}
	return out
}

// ptr is the address of a value.
func ptr[T any](v T) *T { return &v }
