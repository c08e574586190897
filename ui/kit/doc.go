// Package kit is the look of every page: layouts, components, words and the small rules they share. A page is made
// of these and names no colour, length or icon file of its own.
//
// # Layouts
//
//	Page(PageView) { … }      bare page: the desk, the designer, the caller's pages. Class "roomy" for callers, "fill" for full-height apps
//	Centred(PageView) { … }   login and other pages with one thing in the middle; language and theme switches on top
//	Admin(AdminView) { … }    the admin centre: navigation, top bar, agent menu
//	LangMenu() ThemeMenu() SeatMenu(Seat, other)  the menus of a top bar; other is DeskPath or AdminPath
//	PageHead(PageHeadProps) { actions }   title, one sentence, one primary action; crumbs above
//	WithReader(ctx, r)        puts language, theme and path of a request into the context; a middleware calls it for everything with HTML
//
// PageView.Scripts and Styles name files of ui/asset ("desk.js", "desk.css"); PageView.Words names catalogue prefixes
// that the page's scripts need: ui/island/page.ts reads them with t("key") and has icon(), toast() and duration().
// CSP nonces come from templ.GetNonce.
//
// # Answers
//
//	Render(c, status, page, "part")   the page for a browser, its templ fragment for htmx
//	Done(c, path, words)      on to path with a toast;  Refuse(c, words) stay here with a toast
//
// # Components (each takes a props struct; Attrs is for hx-*, data-* and ids)
//
//	Button(ButtonProps)        Label, Kind (Secondary, Primary, Quiet, Danger, DangerSolid), Icon, Type, Href, Size, Disabled, Why, Loading, Wide
//	IconButton(IconButtonProps) Label (its name and tip), Icon, Kind, Href, Size, Pressed, Disabled
//	Copy(CopyProps)            Value, Label, Quiet (the button alone)
//	Field(FieldProps) { control }   ID, Label, Help, Error, Required, Optional
//	Input(InputProps)          Name, Label, Help, Error, Required, Optional, Value, Type, Placeholder, Unit, Icon, Disabled, ReadOnly
//	Textarea(TextareaProps)    the same, Rows
//	Select(SelectProps)        the same, Options []Option, Prompt
//	Checkbox / Switch(CheckProps)  Name, Value, Label, Help, Error, Checked, Disabled
//	Radios(RadiosProps)        Name, Label, Help, Error, Options, Value, Row, Cards
//	Search(SearchProps)        Name, Label, Value, Placeholder, Keys
//	FormFaults(FormFaultsProps)  the sum of a form's errors, at its top
//	SaveBar(SaveBarProps)      sticky bar in a form marked data-dirty-guard; shows once something was changed
//	Table(TableProps) { Row(RowProps) { Cell(CellProps) { … } } }  Columns, State (Ready, Loading, Empty, Failed), Empty, Fault; Foot
//	RowActions() { … }         the last cell's buttons, shown on hover and focus; Tools() { … } search and filters above a table
//	Pages(PagesProps)          Prev, Next, Words;  More(MoreProps) loads the next part in place
//	Badge(BadgeProps)          Label, Tone, Icon, Dot;  Count(CountProps) a number in a pill
//	StateDot(StateDotProps)    State (the agent's word, e.g. "free"), Hide (shape alone)
//	Chip(ChipProps)            Label, Icon, Count, Pressed, Href, Drop (a removable filter)
//	Avatar(AvatarProps)        Name, ID, Picture, Size;  Person(PersonProps) avatar, name, second line
//	Countdown(CountdownProps)  Until, Total seconds, Left seconds, Label, Large
//	Signal(SignalProps)        Level 0–4, Label;  Meter(MeterProps) Value of Max
//	Card(CardProps) { … }      Title, Text, Flush, Href, Float;  CardHead(CardProps) { actions }
//	Banner(BannerProps) { actions }   Tone, Title, Text
//	Skeleton(SkeletonProps)    Lines, Block, People
//	EmptyState(EmptyProps) { action }  Icon, Title, Text;  Fault(FaultProps) what happened, retry
//	Stat(StatProps)            Label, Value, Unit, Hint, Tone, Icon; inside Stats() { … };  Facts(FactsProps) names and values
//	Tabs(TabsProps)            Items with Href (pages) or Panel (ids on this page)
//	Crumbs(CrumbsProps)        the way here
//	Dialog(DialogProps) { … }  native <dialog>; DialogActions() { … } at its end; open with data-dialog-open="id", close with data-dialog-close
//	Confirm(ConfirmProps)      names the consequence; its button carries Attrs
//	Menu(MenuProps)            Label, Icon, Items: links, buttons, posts, checked choices, lines
//	Tooltip: any element with data-tip="words";  Kbd(KbdProps) Keys
//	ToastRegion()              in every layout; SendToast(header, ToastGood, words) shows one after an htmx answer
//	Icon(name) / IconNamed(name, label) / Icon20(name)   Lucide names listed in ui/asset/sprite/icons.txt; Mark() the product's sign
//	Time(at, now)              relative, exact on hover; kept fresh by the script
//
// Classes for laying out: stack (-tight, -wide) and line-up (-wide) with apart; form, form-row, form-actions; cards, stats;
// dim, meta, num, strong, clip, unseen; <details class="fold">.
//
// Words: Relative, Exact, Duration ("3:07"), Number ("12,480").
//
// # Script (ui/island/kit.ts, on every page)
//
// Works on attributes: data-copy, data-dialog-open/-close, data-tip, data-dirty-guard, data-theme-set, data-reveal,
// data-submit (sends its form on change), <time data-relative>, <kit-countdown until total>. Other scripts show a toast with
// document.dispatchEvent(new CustomEvent("toast", {detail: {kind: "good", text}})). An htmx answer may trigger
// "toast" and "dialog-close". A <dialog data-open> that htmx brings in opens by itself.
package kit
