package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"
)

// largest is what a JSON request may have, in bytes.
const largest = 64 << 10

// body refuses a request that is no JSON or is too large, before anything looks at it. An empty one is let through:
// not every command needs words.
func body(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		if r.ContentLength == 0 {
			return next(c)
		}
		kind, _, err := mime.ParseMediaType(r.Header.Get(echo.HeaderContentType))
		if err != nil || kind != echo.MIMEApplicationJSON || r.Header.Get(echo.HeaderContentEncoding) != "" {
			return ErrType
		}
		if r.ContentLength > largest {
			return ErrTooLarge
		}
		r.Body = http.MaxBytesReader(c.Response(), r.Body, largest)
		return next(c)
	}
}

// decode reads one JSON value strictly and names the field that does not fit.
func decode(c echo.Context, into any) error {
	d := json.NewDecoder(c.Request().Body)
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return explain(err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return fmt.Errorf("more than one value: %w", ErrBody)
	}
	return nil
}

func explain(err error) error {
	var large *http.MaxBytesError
	var typ *json.UnmarshalTypeError
	switch {
	case errors.As(err, &large):
		return ErrTooLarge
	case errors.As(err, &typ):
		return &FieldError{typ.Field, fmt.Errorf("%w: not a %s", ErrBody, typ.Type)}
	}
	if name, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		return &FieldError{strings.Trim(name, `"`), fmt.Errorf("%w: no such field", ErrBody)}
	}
	return fmt.Errorf("%w: %w", ErrBody, err)
}

// wrong says that a field does not fit.
func wrong(field, why string) error {
	return &FieldError{field, fmt.Errorf("%w: %s", ErrBody, why)}
}
