package peer

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/pion/logging"
)

// logs hands pion's words to our log, one level lower than pion means them: what is an error to a peer (a browser
// that went away) is everyday life to a server.
type logs struct{ log *slog.Logger }

// NewLogger gives the logger of a part of pion.
func (l logs) NewLogger(scope string) logging.LeveledLogger {
	return scoped{l.log.With("part", scope)}
}

type scoped struct{ log *slog.Logger }

func (s scoped) say(level slog.Level, format string, args ...any) {
	if s.log.Enabled(context.Background(), level) {
		s.log.Log(context.Background(), level, fmt.Sprintf(format, args...))
	}
}

// belowDebug keeps pion's chatter out even of a debug log.
const belowDebug = slog.LevelDebug - 4

func (s scoped) Trace(msg string)          { s.say(belowDebug, "%s", msg) }
func (s scoped) Tracef(f string, a ...any) { s.say(belowDebug, f, a...) }
func (s scoped) Debug(msg string)          { s.say(belowDebug, "%s", msg) }
func (s scoped) Debugf(f string, a ...any) { s.say(belowDebug, f, a...) }
func (s scoped) Info(msg string)           { s.say(slog.LevelDebug, "%s", msg) }
func (s scoped) Infof(f string, a ...any)  { s.say(slog.LevelDebug, f, a...) }
func (s scoped) Warn(msg string)           { s.say(slog.LevelDebug, "%s", msg) }
func (s scoped) Warnf(f string, a ...any)  { s.say(slog.LevelDebug, f, a...) }
func (s scoped) Error(msg string)          { s.say(slog.LevelInfo, "%s", msg) }
func (s scoped) Errorf(f string, a ...any) { s.say(slog.LevelInfo, f, a...) }
