package chat

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strconv"
	"time"
)

// urlStep is how often the signed address of a file changes. An address is good for one to two steps, and the
// same within a step so that browsers can keep the picture.
const urlStep = time.Hour

// signer signs addresses of files.
type signer struct{ key []byte }

// Sign gives the address of a file, good until exp.
func (s signer) Sign(fileID string, exp time.Time) string {
	e := strconv.FormatInt(exp.Unix(), 10)
	return "/files/" + fileID + "?e=" + e + "&s=" + s.sum(fileID, e)
}

// URL gives the address of a file for somebody who may read it now.
func (c *Chat) URL(fileID string) string {
	return c.Sign(fileID, c.Now().Truncate(urlStep).Add(2*urlStep))
}

// Verify checks e and sig of an address. ErrNoFile unless they are ours for this file and not run out.
func (c *Chat) Verify(fileID, e, sig string) error {
	exp, err := strconv.ParseInt(e, 10, 64)
	if err != nil || !hmac.Equal([]byte(sig), []byte(c.sum(fileID, e))) || c.Now().Unix() >= exp {
		return fmt.Errorf("address of file %s: %w", fileID, ErrNoFile)
	}
	return nil
}

func (s signer) sum(fileID, e string) string {
	h := hmac.New(sha256.New, s.key)
	h.Write([]byte("file\n" + fileID + "\n" + e))
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil))
}
