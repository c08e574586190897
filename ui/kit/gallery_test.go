package kit_test

import (
	"crypto/rand"
	"fmt"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"
	"github.com/chromedp/chromedp"
	"github.com/labstack/echo/v4"

	"foyer/ui/asset"
	"foyer/ui/kit"
	"foyer/ui/kit/kittest"
	"foyer/ui/kit/text"
)

// gallery serves the gallery under the strictest policy a page of ours meets.
func gallery(t *testing.T) string {
	e := echo.New()
	e.Use(func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			nonce := rand.Text()
			c.Response().Header().Set("Content-Security-Policy", "default-src 'none'; script-src 'nonce-"+nonce+"'; style-src 'self' 'nonce-"+nonce+
				"'; img-src 'self'; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'")
			r := c.Request()
			c.SetRequest(r.WithContext(kit.WithReader(templ.WithNonce(r.Context(), nonce), r)))
			return next(c)
		}
	})
	e.GET(asset.Prefix+"*", echo.WrapHandler(asset.Handler()))
	kit.MountGallery(e.Group("/kit"), time.Now)
	server := httptest.NewServer(e)
	t.Cleanup(server.Close)
	return server.URL + "/kit"
}

// Every page of the gallery, in both languages, themes and widths, has no fault that axe knows, is never wider than
// the screen, and loads without a script error or a refusal by the content policy.
func TestGalleryIsAccessible(t *testing.T) {
	base, ctx := gallery(t), kittest.Browser(t)
	for _, page := range []string{"", "/admin", "/centred"} {
		for _, theme := range []kit.Theme{kit.Light, kit.Dark} {
			for _, lang := range text.Langs() {
				for _, size := range [][2]int64{{1440, 900}, {390, 844}} {
					name := fmt.Sprintf("page%s-%s-%s-%d", strings.ReplaceAll(page, "/", "-"), theme, lang, size[0])
					t.Run(name, func(t *testing.T) {
						kittest.Do(t, ctx, kittest.Size(size[0], size[1]), chromedp.Navigate(fmt.Sprintf("%s%s?theme=%s&lang=%s", base, page, theme, lang)))
						kittest.Axe(t, ctx)
						if wide := kittest.Eval[int64](t, ctx, `document.documentElement.scrollWidth`); wide > size[0] {
							t.Errorf("the page is %d wide", wide)
						}
						if dir := os.Getenv("KIT_SHOTS"); dir != "" {
							kittest.Screenshot(t, ctx, dir+"/"+name+".png", size[0], 0)
						}
					})
				}
			}
		}
	}
}
