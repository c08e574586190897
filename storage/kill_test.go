package storage_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"testing"
	"time"

	"foyer/runtime/channel"
	"foyer/runtime/event"
	"foyer/storage"
	"foyer/storage/storagetest"
)

// childURL names the database in the environment of a process that is there to be killed.
const childURL = "FOYER_TEST_CHILD_URL"

// writers of the child; each writes to a session and a topic of its own.
const writers = 8

func TestMain(m *testing.M) {
	if url := os.Getenv(childURL); url != "" {
		fmt.Fprintln(os.Stderr, child(url))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// child decides as fast as it can and tells what was acknowledged, until it is killed.
func child(url string) error {
	ctx := context.Background()
	s, err := storage.Open(ctx, storage.Config{URL: url, Owner: "child", Clock: time.Now, Bus: event.NewBus()})
	if err != nil {
		return err
	}
	if _, err := s.EnsureInstance(ctx, channel.Instance{ID: storagetest.Tenant, SdkAppID: 1400000001}); err != nil {
		return err
	}
	in, failed := s.Instance(storagetest.Tenant), make(chan error)
	for w := range writers {
		session := fmt.Sprintf("s%d", w)
		go func() {
			for {
				var seq int64
				err := in.Do(ctx, func(ctx context.Context) error {
					last, err := in.Messages().LastSeq(ctx, session)
					if err != nil {
						return err
					}
					seq = last + 1
					if err := says(in, session, seq)(ctx); err != nil {
						return err
					}
					return in.Push(ctx, session, "message.posted", seq)
				})
				if err != nil {
					failed <- err
					return
				}
				fmt.Printf("%d %d\n", w, seq)
			}
		}()
	}
	return <-failed
}

// killed kills a process in the middle of its work, several times, and looks at what it leaves.
func killed(t *testing.T, url string, rounds int) {
	if err := storagetest.OpenAt(t, url).Close(); err != nil {
		t.Fatal(err)
	}
	var acknowledged [writers]int64
	for round := range rounds {
		runAndKill(t, url, 150+37*round, &acknowledged)
		s := storagetest.OpenAt(t, url)
		in := s.Instance(storagetest.Tenant)
		for w, want := range acknowledged {
			session := fmt.Sprintf("s%d", w)
			messages, err := in.Messages().MessagesAfter(t.Context(), session, 0, -1)
			if err != nil {
				t.Fatal(err)
			}
			frames, err := in.Frames(t.Context(), session, 0, -1)
			if err != nil {
				t.Fatal(err)
			}
			if int64(len(messages)) < want {
				t.Errorf("round %d, session %s: %d messages are left of %d that were acknowledged", round, session, len(messages), want)
			}
			if len(messages) != len(frames) {
				t.Errorf("round %d, session %s: %d messages and %d frames: half a decision", round, session, len(messages), len(frames))
			}
			for i := range frames {
				if frames[i].Seq != int64(i+1) || messages[i].Seq != int64(i+1) {
					t.Fatalf("round %d, session %s has a gap at %d", round, session, i+1)
				}
			}
			acknowledged[w] = int64(len(messages))
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// runAndKill notes the highest number that each writer of a child was told is true.
func runAndKill(t *testing.T, url string, after int, acknowledged *[writers]int64) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childURL+"="+url)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := 0
	for scan := bufio.NewScanner(out); scan.Scan(); lines++ {
		var w int
		var seq int64
		if _, err := fmt.Sscanf(scan.Text(), "%d %d", &w, &seq); err != nil {
			continue // the last line may be half a line
		}
		if lines == after {
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
		acknowledged[w] = max(acknowledged[w], seq)
	}
	_ = cmd.Wait()
	if lines < after {
		t.Fatalf("the child ended by itself after %d decisions", lines)
	}
}
