package storage_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"foyer/designer/graph"
	"foyer/runtime/engine"
	"foyer/runtime/event"
	"foyer/runtime/queue"
	"foyer/runtime/session"
	"foyer/storage"
	"foyer/storage/storagetest"
)

// BenchmarkLedgerSteps measures durable engine steps: read the session, save it, add three lines of trace, one event
// and one frame, by as many callers at once as the name says. The yardstick is taken in the same run: transactions
// that insert one row, one after the other, on the same database.
func BenchmarkLedgerSteps(b *testing.B) {
	b.Run("sqlite", func(b *testing.B) {
		name := filepath.Join(b.TempDir(), "raw.db")
		raw, err := storage.RawSQLite(name)
		if err != nil {
			b.Fatal(err)
		}
		defer raw.Close()
		steps(b, rowsPerSecond(b, raw), sqliteFile)
	})
	b.Run("postgres", func(b *testing.B) {
		server := storagetest.Postgres(b)
		if server == nil {
			return
		}
		raw, err := sql.Open("pgx", server.Fresh(b))
		if err != nil {
			b.Fatal(err)
		}
		defer raw.Close()
		steps(b, rowsPerSecond(b, raw), server.Fresh)
	})
}

func steps(b *testing.B, raw float64, fresh func(testing.TB) string) {
	for _, callers := range []int{1, 16, 64} {
		b.Run(fmt.Sprintf("callers=%d", callers), func(b *testing.B) {
			in := storagetest.OpenAt(b, fresh(b)).Instance(storagetest.Tenant)
			var ids []string
			for i := range callers {
				ids = append(ids, fmt.Sprintf("ses_%026d", i))
				s := session.Session{ID: ids[i], FlowID: "flow", Media: queue.Video, State: session.Routing, Nickname: "Caller"}
				if err := in.Do(b.Context(), func(ctx context.Context) error { return in.Sessions().Create(ctx, s) }); err != nil {
					b.Fatal(err)
				}
			}
			var next atomic.Int64
			b.ReportAllocs()
			b.SetParallelism(callers) // times the cores: at least as many as the name says
			b.ResetTimer()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					if err := step(b.Context(), in, ids[int(next.Add(1))%callers]); err != nil {
						b.Error(err)
						return
					}
				}
			})
			rate := float64(b.N) / b.Elapsed().Seconds()
			b.ReportMetric(rate, "steps/s")
			b.ReportMetric(raw, "rawrows/s")
			b.ReportMetric(rate/raw, "ratio")
		})
	}
}

// step is one durable step of the engine.
func step(ctx context.Context, in *storage.Instance, id string) error {
	return in.Do(ctx, func(ctx context.Context) error {
		s, err := in.Sessions().Get(ctx, id)
		if err != nil {
			return err
		}
		was := s.Seq
		s.Seq, s.Trace = was+1, s.Trace+3
		s.Walk = engine.State{At: graph.NodeID("branch"), Wait: s.Trace, Steps: s.Trace}
		s.Menu = &session.Menu{Prompt: "What is it about?"}
		if err := in.Sessions().Update(ctx, s, was); err != nil {
			return err
		}
		trace := make([]session.Step, 3)
		for i := range trace {
			trace[i] = session.Step{SessionID: id, N: s.Trace - i, At: s.UpdatedAt, Event: engine.Event{Kind: engine.Went, Node: "branch", Port: "1", Edge: "e1"}}
		}
		if err := in.Sessions().AddSteps(ctx, trace); err != nil {
			return err
		}
		if err := in.Append(ctx, event.Event{Kind: "session.stepped", Session: id, Data: json.RawMessage(`{"node":"branch"}`)}); err != nil {
			return err
		}
		return in.Push(ctx, event.SessionTopic(id), "session.updated", map[string]any{"sessionId": id, "seq": s.Seq})
	})
}

// rowsPerSecond commits single rows for a second.
func rowsPerSecond(b *testing.B, db *sql.DB) float64 {
	db.SetMaxOpenConns(1)
	if _, err := db.Exec("CREATE TABLE bare (n INTEGER PRIMARY KEY, text TEXT NOT NULL)"); err != nil {
		b.Fatal(err)
	}
	n, began := 0, time.Now()
	for ; time.Since(began) < time.Second; n++ {
		if _, err := db.Exec(fmt.Sprintf("INSERT INTO bare (n, text) VALUES (%d, 'a row of some forty characters, no more')", n)); err != nil {
			b.Fatal(err)
		}
	}
	return float64(n) / time.Since(began).Seconds()
}
