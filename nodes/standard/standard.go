// Package standard lists the kinds of nodes that ship with the product, one line each.
package standard

import (
	"foyer/nodes"
	"foyer/nodes/branch"
	"foyer/nodes/callback"
	"foyer/nodes/collect"
	"foyer/nodes/end"
	"foyer/nodes/http"
	"foyer/nodes/rating"
	"foyer/nodes/start"
	"foyer/nodes/transfer"
)

// Set gives the shipped kinds.
func Set() nodes.Set {
	return nodes.NewSet(
		start.Kind{},
		branch.Kind{},
		http.Kind{},
		transfer.Kind{},
		collect.Kind{},
		rating.Kind{},
		callback.Kind{},
		end.Kind{},
	)
}
