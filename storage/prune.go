package storage

import (
	"context"
	"time"
)

// traceSlice is of how many sessions the traces are thrown away in one decision.
const traceSlice = 20

// Answers to step tokens are kept until a day after their session ended: nobody repeats a request for longer. They go
// answerSlice sessions at a time.
const (
	answerAge   = 24 * time.Hour
	answerSlice = 200
)

// PruneAnswers throws away what step tokens of sessions that are long over were answered with.
func (in *Instance) PruneAnswers(ctx context.Context) error {
	before := stamp(in.store.cfg.Clock().Add(-answerAge))
	for {
		var gone int64
		err := in.Do(ctx, func(ctx context.Context) error {
			db := in.writer(ctx).Exec(`DELETE FROM session_answers WHERE instance_id = ? AND session_id IN (
				SELECT DISTINCT a.session_id FROM session_answers a
				JOIN sessions s ON s.instance_id = a.instance_id AND s.id = a.session_id
				WHERE a.instance_id = ? AND s.ended_at < ? LIMIT ?)`, in.id, in.id, before, answerSlice)
			gone = db.RowsAffected
			return db.Error
		})
		if err != nil || gone == 0 {
			return failed(err, nil, nil, "pruning answers")
		}
	}
}

// pruneExpired throws away logins, links and callers' tokens that let nobody in any more.
func (in *Instance) pruneExpired(ctx context.Context) error {
	now := stamp(in.store.cfg.Clock())
	for _, of := range []struct{ table, key string }{{"logins", "token_hash"}, {"links", "token_hash"}, {"caller_tokens", "hash"}} {
		for gone := int64(pruneSlice); gone == pruneSlice; {
			err := in.Do(ctx, func(ctx context.Context) error {
				db := in.writer(ctx).Exec(`DELETE FROM `+of.table+` WHERE instance_id = ? AND `+of.key+` IN (
					SELECT `+of.key+` FROM `+of.table+` WHERE instance_id = ? AND expires_at < ? LIMIT ?)`, in.id, in.id, now, pruneSlice)
				gone = db.RowsAffected
				return db.Error
			})
			if err != nil {
				return failed(err, nil, nil, "pruning %s", of.table)
			}
		}
	}
	return nil
}

// PruneTraces throws away the traces of sessions that ended longer ago than keep, in small decisions, so that nobody
// waits for it. Records stay; only their step by step is gone. A keep of 0 is for ever.
func (in *Instance) PruneTraces(ctx context.Context, keep time.Duration) error {
	if keep <= 0 {
		return nil
	}
	before := in.store.cfg.Clock().Add(-keep)
	for after := ""; ; {
		next, err := in.pruneTraces(ctx, before, after)
		if err != nil || next == "" {
			return failed(err, nil, nil, "pruning traces")
		}
		after = next
	}
}

// pruneTraces goes through the next sessions that have a trace, by their ids, which rise with time. It gives the last
// one it has seen, or nothing when those that follow are too young.
func (in *Instance) pruneTraces(ctx context.Context, before time.Time, after string) (last string, err error) {
	err = in.Do(ctx, func(ctx context.Context) error {
		var ids, old []string
		db := in.rows(ctx).Model(&stepRow{}).Where("session_id > ?", after).Distinct("session_id").Order("session_id").Limit(traceSlice)
		if err := db.Pluck("session_id", &ids).Error; err != nil || len(ids) == 0 {
			return err
		}
		db = in.rows(ctx).Model(&sessionRow{}).Where("id IN ? AND created_at < ?", ids, stamp(before))
		var begun int64
		if err := db.Count(&begun).Error; err != nil || begun == 0 {
			return err
		}
		last = ids[len(ids)-1]
		db = in.rows(ctx).Model(&sessionRow{}).Where("id IN ? AND ended_at < ?", ids, stamp(before))
		if err := db.Pluck("id", &old).Error; err != nil || len(old) == 0 {
			return err
		}
		return in.writer(ctx).Where("instance_id = ? AND session_id IN ?", in.id, old).Delete(&stepRow{}).Error
	})
	return last, err
}
