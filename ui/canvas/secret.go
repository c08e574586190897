package canvas

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/labstack/echo/v4"

	"foyer/runtime/secret"
)

// Secrets keeps what an admin types once and nobody reads again. See secret.Box.
type Secrets interface {
	Keep(ctx context.Context, by, value string) (id string, err error)
	Replace(ctx context.Context, by, id, value string) error
	Delete(ctx context.Context, by, id string) error
}

// keepSecret answers with the id under which a flow names the secret from now on; there is no way to read it back.
func (p *Pages) keepSecret(c echo.Context) error {
	ctx := c.Request().Context()
	if _, err := p.Flows.Get(ctx, c.Param("id")); err != nil {
		return fmt.Errorf("keeping a secret: %w", err)
	}
	value, err := secretValue(c)
	if err != nil {
		return err
	}
	id, err := p.Secrets.Keep(ctx, p.Who(c), value)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusCreated, map[string]string{"id": id})
}

// replaceSecret puts another value in a secret's place.
func (p *Pages) replaceSecret(c echo.Context) error {
	value, err := secretValue(c)
	if err != nil {
		return err
	}
	if err := p.Secrets.Replace(c.Request().Context(), p.Who(c), c.Param("secret"), value); err != nil {
		return fmt.Errorf("replacing a secret: %w", err)
	}
	return c.NoContent(http.StatusNoContent)
}

// deleteSecret forgets a secret that no flow names.
func (p *Pages) deleteSecret(c echo.Context) error {
	if err := p.Secrets.Delete(c.Request().Context(), p.Who(c), c.Param("secret")); err != nil {
		return fmt.Errorf("deleting a secret: %w", err)
	}
	return c.NoContent(http.StatusNoContent)
}

// secretValue reads {"value": …}. What the decoder says of a faulty body is not passed on: it may quote the value.
func secretValue(c echo.Context) (string, error) {
	var in struct {
		Value string `json:"value"`
	}
	body := http.MaxBytesReader(c.Response(), c.Request().Body, 6*secret.MaxValue+64)
	if err := json.NewDecoder(body).Decode(&in); err != nil {
		return "", secret.ErrValue
	}
	return in.Value, nil
}
