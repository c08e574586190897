package storage

import (
	"context"
	"time"

	"gorm.io/gorm"

	"foyer/runtime/chat"
)

// Messages keeps what was said and sent in sessions.
type Messages struct{ in *Instance }

var _ chat.Messages = (*Messages)(nil)

// Messages of the instance.
func (in *Instance) Messages() *Messages { return &Messages{in} }

type messageRow struct {
	InstanceID string `gorm:"primaryKey"`
	SessionID  string `gorm:"primaryKey"`
	Seq        int64  `gorm:"primaryKey;autoIncrement:false"`
	ID         string
	Sender     chat.Sender
	SenderID   string
	Name       string
	ClientID   string
	Kind       chat.Kind
	Body       string
	FileID     string
	At         stamp
}

// TableName of the row.
func (messageRow) TableName() string { return "messages" }

func (r messageRow) domain() chat.Message {
	return chat.Message{
		ID: r.ID, SessionID: r.SessionID, Seq: r.Seq, From: r.Sender, SenderID: r.SenderID, Name: r.Name,
		ClientMessageID: r.ClientID, Kind: r.Kind, Text: r.Body, At: time.Time(r.At),
	}
}

type fileRow struct {
	InstanceID string `gorm:"primaryKey"`
	ID         string `gorm:"primaryKey"`
	SessionID  string
	Kind       string
	Type       string
	Width      int
	Height     int
	Bytes      int64
	CreatedAt  stamp
}

// TableName of the row.
func (fileRow) TableName() string { return "files" }

func (r fileRow) domain() chat.File {
	return chat.File{
		ID: r.ID, SessionID: r.SessionID, Kind: r.Kind, Type: r.Type, Width: r.Width, Height: r.Height,
		Bytes: r.Bytes, CreatedAt: time.Time(r.CreatedAt),
	}
}

// AddMessage adds a message; its file, if it has one, must have been added before. event.ErrDuplicate when its seq is
// taken, or its sender used the client id before.
func (m *Messages) AddMessage(ctx context.Context, in chat.Message) error {
	row := messageRow{
		InstanceID: m.in.id, SessionID: in.SessionID, Seq: in.Seq, ID: in.ID, Sender: in.From, SenderID: in.SenderID,
		Name: in.Name, ClientID: in.ClientMessageID, Kind: in.Kind, Body: in.Text, At: stamp(in.At),
	}
	if in.File != nil {
		row.FileID = in.File.ID
	}
	return failed(m.in.writer(ctx).Create(&row).Error, nil, nil, "adding message %s of session %s", in.ID, in.SessionID)
}

// LastSeq is the seq of a session's newest message, 0 when there is none.
func (m *Messages) LastSeq(ctx context.Context, sessionID string) (seq int64, err error) {
	err = m.in.rows(ctx).Model(&messageRow{}).Where("session_id = ?", sessionID).Select("COALESCE(MAX(seq), 0)").Scan(&seq).Error
	return seq, failed(err, nil, nil, "reading the last message of session %s", sessionID)
}

// ByClientID reads the message that a sender posted under an id of its own, if it did. An empty id is no id.
func (m *Messages) ByClientID(ctx context.Context, sessionID string, from chat.Sender, clientID string) (chat.Message, bool, error) {
	found, err := m.read(ctx, m.in.rows(ctx).
		Where("session_id = ? AND sender = ? AND client_id = ? AND client_id <> ''", sessionID, from, clientID))
	if err != nil || len(found) == 0 {
		return chat.Message{}, false, failed(err, nil, nil, "reading a message of session %s", sessionID)
	}
	return found[0], true, nil
}

// MessagesAfter lists up to limit messages of a session after the seq a reader has.
func (m *Messages) MessagesAfter(ctx context.Context, sessionID string, after int64, limit int) ([]chat.Message, error) {
	out, err := m.read(ctx, m.in.rows(ctx).Where("session_id = ? AND seq > ?", sessionID, after).Order("seq").Limit(limit))
	return out, failed(err, nil, nil, "reading the messages of session %s", sessionID)
}

// read reads messages with their files.
func (m *Messages) read(ctx context.Context, db *gorm.DB) ([]chat.Message, error) {
	var rows []messageRow
	if err := db.Find(&rows).Error; err != nil {
		return nil, err
	}
	var ids []string
	for _, r := range rows {
		if r.FileID != "" {
			ids = append(ids, r.FileID)
		}
	}
	files := map[string]*chat.File{}
	if len(ids) > 0 {
		found, err := list[fileRow](m.in.rows(ctx).Where("id IN ?", ids))
		if err != nil {
			return nil, err
		}
		for _, f := range found {
			files[f.ID] = &f
		}
	}
	out := make([]chat.Message, len(rows))
	for i, r := range rows {
		out[i] = r.domain()
		out[i].File = files[r.FileID]
	}
	return out, nil
}

// AddFile adds what is known of an uploaded file. Its bytes are in a chat.Blobs.
func (m *Messages) AddFile(ctx context.Context, f chat.File) error {
	row := fileRow{m.in.id, f.ID, f.SessionID, f.Kind, f.Type, f.Width, f.Height, f.Bytes, stamp(f.CreatedAt)}
	return failed(m.in.writer(ctx).Create(&row).Error, nil, nil, "adding file %s", f.ID)
}

// File reads what is known of a file. chat.ErrNoFile.
func (m *Messages) File(ctx context.Context, id string) (chat.File, error) {
	out, err := take[fileRow](m.in.rows(ctx).Where("id = ?", id))
	return out, failed(err, chat.ErrNoFile, nil, "reading file %s", id)
}
