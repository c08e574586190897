// Package standard lists the kinds of nodes that ship with the product, one line each.
package standard

import (
	"foyer/nodes"
	"foyer/nodes/assign"
	"foyer/nodes/branch"
	"foyer/nodes/callback"
	"foyer/nodes/collect"
	"foyer/nodes/condition"
	"foyer/nodes/end"
	"foyer/nodes/hours"
	"foyer/nodes/http"
	"foyer/nodes/message"
	"foyer/nodes/rating"
	"foyer/nodes/split"
	"foyer/nodes/start"
	"foyer/nodes/subflow"
	"foyer/nodes/transfer"
)

// Set gives the shipped kinds.
func Set() nodes.Set {
	return nodes.NewSet(
		start.Kind{},
		message.Kind{},
		branch.Kind{},
		condition.Kind{},
		split.Kind{},
		hours.Kind{},
		subflow.Kind{},
		assign.Kind{},
		http.Kind{},
		transfer.Kind{},
		collect.Kind{},
		rating.Kind{},
		callback.Kind{},
		end.Kind{},
	)
}
