package api

import (
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"foyer/ui/rate"
)

// Limits says how much one address and all together may ask for.
type Limits struct {
	Login    rate.Limit // of one address, as are the next four
	Menu     rate.Limit
	Read     rate.Limit
	Write    rate.Limit
	Upload   rate.Limit
	Instance rate.Limit // of everybody together; menus, which cost nothing, are not counted
}

// Standard gives the limits of the protocol. An address may be a whole company behind one router.
func Standard() Limits {
	return Limits{
		Login:    rate.Limit{PerSecond: 5, Burst: 60},
		Menu:     rate.Limit{PerSecond: 100, Burst: 500},
		Read:     rate.Limit{PerSecond: 50, Burst: 300},
		Write:    rate.Limit{PerSecond: 30, Burst: 200},
		Upload:   rate.Limit{PerSecond: 2, Burst: 30},
		Instance: rate.Limit{PerSecond: 2000, Burst: 4000},
	}
}

// kind is what a request is counted as.
type kind int

const (
	login kind = iota
	menu
	read
	write
	upload
	kinds
)

// addresses is for how many addresses buckets are kept.
const addresses = 50_000

// gates holds the buckets of all kinds.
type gates struct {
	byAddress [kinds]*rate.Buckets
	all       *rate.Buckets
}

func newGates(l Limits) gates {
	g := gates{all: rate.NewBuckets(l.Instance, 1)}
	for k, limit := range [kinds]rate.Limit{login: l.Login, menu: l.Menu, read: l.Read, write: l.Write, upload: l.Upload} {
		g.byAddress[k] = rate.NewBuckets(limit, addresses)
	}
	return g
}

// limit refuses requests of an address, or of all, that come too often.
func (a *API) limit(k kind) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			now := a.Clock()
			if err := a.pass(c, a.gates.byAddress[k], k, now); err != nil {
				return err
			}
			if wait, ok := a.gates.all.Take("", now); !ok {
				return tooMany(c, wait)
			}
			return next(c)
		}
	}
}

func (a *API) pass(c echo.Context, b *rate.Buckets, k kind, now time.Time) error {
	address := rate.Network(a.Address(c.Request()))
	if wait, ok := b.Take(address, now); !ok {
		return fmt.Errorf("address %s, kind %d: %w", address, k, tooMany(c, wait))
	}
	return nil
}

// tooMany says when to come back, in whole seconds.
func tooMany(c echo.Context, wait time.Duration) error {
	c.Response().Header().Set(echo.HeaderRetryAfter, strconv.Itoa(max(1, int(math.Ceil(wait.Seconds())))))
	return ErrRate
}
