package api

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"foyer/runtime/chat"
	"foyer/runtime/queue"
	"foyer/runtime/session"
	"foyer/ui/kit/text"
)

type loginRequest struct {
	SdkAppID int64 `json:"sdkAppId"`
	Visitor  *struct {
		Nickname string `json:"nickname"`
	} `json:"visitor"`
}

type loginAnswer struct {
	Token     string `json:"token"`
	ExpiresIn int    `json:"expiresIn"` // seconds
	CallerID  string `json:"callerId"`
	Nickname  string `json:"nickname"`
}

// Login lets a visitor of a web page in.
func (a *API) Login(c echo.Context) error {
	var r loginRequest
	if err := decode(c, &r); err != nil {
		return err
	}
	if r.Visitor == nil {
		return wrong("visitor", "is needed")
	}
	token, who, err := a.Visitors.Login(c.Request().Context(), r.SdkAppID, r.Visitor.Nickname)
	if err != nil {
		return err
	}
	return fresh(c, http.StatusOK, loginAnswer{token, a.TokenTTL, who.ID, who.Nickname})
}

// Menu is what a caller sees first. It is the same for everybody, comes from memory, and is asked for more often
// than anything else: nothing is computed here.
func (a *API) Menu(c echo.Context) error {
	r := c.Request()
	if err := a.pass(c, a.gates.byAddress[menu], menu, a.Clock()); err != nil {
		return err
	}
	raw, tag, err := a.Menus.MenuJSON(r.Context(), c.Param("ivrId"))
	if err != nil {
		return err
	}
	h := c.Response().Header()
	h["Etag"] = []string{tag}
	h["Cache-Control"] = revalidate
	if match := r.Header["If-None-Match"]; len(match) > 0 && has(match, tag) {
		return c.NoContent(http.StatusNotModified)
	}
	return c.JSONBlob(http.StatusOK, raw)
}

// has tells whether a client has the menu of a tag. On its way through proxies a tag may have become a weak one.
func has(match []string, tag string) bool {
	for _, list := range match {
		for one := range strings.SplitSeq(list, ",") {
			if one = strings.TrimPrefix(strings.TrimSpace(one), "W/"); one == tag || one == "*" {
				return true
			}
		}
	}
	return false
}

// revalidate lets clients keep a menu and ask each time whether it is still the one.
var revalidate = []string{"no-cache"}

type startRequest struct {
	IvrID          string          `json:"ivrId"`
	Media          queue.Media     `json:"media"`
	Version        int             `json:"version"`
	OptionID       string          `json:"optionId"`
	ClientData     json.RawMessage `json:"clientData"`
	IdempotencyKey string          `json:"idempotencyKey"`
}

// Start begins a session. The same key gives the same session.
func (a *API) Start(c echo.Context) error {
	who, err := a.caller(c)
	if err != nil {
		return err
	}
	var r startRequest
	if err := decode(c, &r); err != nil {
		return err
	}
	switch n := len(r.IdempotencyKey); {
	case n == 0 || n > 64:
		return wrong("idempotencyKey", "1 to 64 characters")
	case len(r.ClientData) > 4096:
		return wrong("clientData", "at most 4 KB")
	case r.Version < 0:
		return wrong("version", "1 or more")
	}
	v, err := a.Sessions.Start(c.Request().Context(), session.StartRequest{
		CallerID: who.ID, Nickname: who.Nickname, Channel: who.Channel, IvrID: r.IvrID, Media: r.Media,
		Version: r.Version, OptionID: r.OptionID, ClientData: string(r.ClientData), Key: r.IdempotencyKey,
	})
	if err != nil {
		return err
	}
	return fresh(c, http.StatusCreated, v)
}

type inputRequest struct {
	OptionID  string `json:"optionId"`
	Text      string `json:"text"`
	StepToken string `json:"stepToken"`
}

// longest is how many characters an answer may have.
const longest = 2000

// Input answers the question of a session.
func (a *API) Input(c echo.Context) error {
	who, err := a.caller(c)
	if err != nil {
		return err
	}
	var r inputRequest
	if err := decode(c, &r); err != nil {
		return err
	}
	switch {
	case r.StepToken == "":
		return wrong("stepToken", "is needed")
	case (r.OptionID == "") == (r.Text == ""):
		return wrong("optionId", "either optionId or text is needed")
	case utf8.RuneCountInString(r.Text) > longest:
		return wrong("text", "at most 2000 characters")
	}
	v, err := a.Sessions.Input(c.Request().Context(), who.ID, c.Param("id"),
		session.InputRequest{OptionID: r.OptionID, Text: r.Text, StepToken: r.StepToken})
	if err != nil {
		return err
	}
	return fresh(c, http.StatusOK, v)
}

// Get shows a session to its caller.
func (a *API) Get(c echo.Context) error {
	_, v, err := a.mine(c)
	if err != nil {
		return err
	}
	return fresh(c, http.StatusOK, v)
}

// End ends a session; ending it twice is no error.
func (a *API) End(c echo.Context) error {
	who, v, err := a.mine(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	if v.State != session.Ended {
		if err := a.Sessions.End(ctx, c.Param("id"), session.ByCaller, who.ID); err != nil {
			return err
		}
		if v, err = a.Sessions.Get(ctx, who.ID, c.Param("id")); err != nil {
			return err
		}
	}
	return fresh(c, http.StatusOK, v)
}

type postRequest struct {
	ClientMessageID string    `json:"clientMessageId"`
	Kind            chat.Kind `json:"kind"`
	Text            string    `json:"text"`
	FileID          string    `json:"fileId"`
}

// Post says something in a session that is not over. The same clientMessageId posts once.
func (a *API) Post(c echo.Context) error {
	who, v, err := a.mine(c)
	if err != nil {
		return err
	}
	var r postRequest
	if err := decode(c, &r); err != nil {
		return err
	}
	if n := len(r.ClientMessageID); n == 0 || n > 64 {
		return wrong("clientMessageId", "1 to 64 characters")
	}
	if v.State == session.Ended {
		return session.ErrOver
	}
	m, err := a.Chat.Post(c.Request().Context(), chat.Post{
		SessionID: c.Param("id"), From: chat.FromCaller, SenderID: who.ID, Name: who.Nickname,
		ClientMessageID: r.ClientMessageID, Kind: r.Kind, Text: r.Text, FileID: r.FileID,
	})
	if err != nil {
		return err
	}
	return fresh(c, http.StatusOK, m)
}

// page is how many messages one answer has at most.
const page = 200

type messages struct {
	Messages []chat.Message `json:"messages"`
	More     bool           `json:"more"` // ask again, after the last seq
}

// Messages lists what was said after a seq, in order and without gaps.
func (a *API) Messages(c echo.Context) error {
	if _, _, err := a.mine(c); err != nil {
		return err
	}
	after := int64(0)
	if asked := c.QueryParam("after"); asked != "" {
		n, err := strconv.ParseInt(asked, 10, 64)
		if err != nil || n < 0 {
			return wrong("after", "a seq")
		}
		after = n
	}
	list, err := a.Chat.List(c.Request().Context(), c.Param("id"), after, page)
	if err != nil {
		return err
	}
	if list == nil {
		list = []chat.Message{}
	}
	for i, m := range list {
		if m.From == chat.FromFlow {
			list[i].Text = text.Said(c.Request().Context(), m.Text)
		}
	}
	return fresh(c, http.StatusOK, messages{list, len(list) == page})
}

// fresh answers with JSON that nobody keeps.
func fresh(c echo.Context, status int, v any) error {
	c.Response().Header().Set(echo.HeaderCacheControl, "no-store")
	return c.JSON(status, v)
}
