package page

import (
	"html/template"

	"minyi"
	"minyi/charts/svg"
)

// wordsView is the cloud in two shapes: style picks one by the screen.
type wordsView struct {
	Wide, Narrow template.HTML
	Note         string
	Empty, Paper bool
}

func wordsOf(f Filter, w minyi.HotWords) wordsView {
	height := 590.0 // as high as the score beside it
	if len(w.Words) < 20 {
		height = 400
	}
	return wordsView{
		Wide: picture(Cloud(f, w, "cloud", 760, height)), Narrow: picture(Cloud(f, w, "cloud-narrow", 350, 420)),
		Note:  fill(Say(f.Lang, "words.note"), count(w.Respondents), count(max(1, w.Minimum))),
		Empty: len(w.Words) == 0, Paper: f.Paper,
	}
}

// Cloud draws the hot words; each leads to the remarks that hold it.
func Cloud(f Filter, w minyi.HotWords, id string, width, height float64) string {
	words := make([]svg.Word, 0, len(w.Words))
	for _, word := range w.Words {
		words = append(words, svg.Word{
			Text: word.Word, Weight: word.Weight, Tone: svg.ToneOf(word.Polarity), Href: f.Verbatims(word.Word, ""),
			Title: fill(Say(f.Lang, "words.tip"), word.Word, count(word.Respondents)),
		})
	}
	return svg.Cloud(words, svg.CloudOptions{
		Frame: svg.Frame{ID: id, Title: Say(f.Lang, "words.title"), Desc: fill(Say(f.Lang, "words.desc"), count(len(words)))},
		Width: width, Height: height, Empty: Say(f.Lang, "words.empty"),
		Positive: Say(f.Lang, "tone.positive"), Neutral: Say(f.Lang, "tone.neutral"), Negative: Say(f.Lang, "tone.negative"),
	})
}

// topicsView is what people write about, with the share of criticism.
type topicsView struct {
	Rows  []topicRow
	Total string
}

type topicRow struct {
	Label, Link, Count, Negative string
	Bar                          template.HTML
}

// undecided is the topic of remarks that fit none of the taxonomy.
const undecided = "待定"

func topicsOf(f Filter, t minyi.Topics) topicsView {
	v := topicsView{Total: count(t.Total)}
	most := 0
	for _, c := range t.Topics {
		most = max(most, c.Remarks)
	}
	for _, c := range t.Topics {
		v.Rows = append(v.Rows, topicRow{
			Label: topicLabel(f.Lang, c.Topic), Link: f.Verbatims("", c.Topic), Count: count(c.Remarks),
			Negative: share(float64(c.Negative), float64(c.Remarks)),
			Bar:      picture(svg.Share(float64(c.Remarks), float64(c.Negative), float64(most), barWidth)),
		})
	}
	return v
}

func topicLabel(l Lang, topic string) string {
	if topic == undecided || topic == "" {
		return Say(l, "topics.undecided")
	}
	return topic
}

// Topics draws the topics for embedding in a document.
func Topics(l Lang, t minyi.Topics) string {
	var bars []svg.Bar
	for _, c := range t.Topics {
		bars = append(bars, svg.Bar{Label: topicLabel(l, c.Topic), Value: float64(c.Remarks), Negative: float64(c.Negative),
			Text: fill(Say(l, "topics.bar"), count(c.Remarks), share(float64(c.Negative), float64(c.Remarks)))})
	}
	return svg.Bars(bars, svg.BarsOptions{Width: 640, Empty: Say(l, "topics.empty"),
		Frame: svg.Frame{ID: "topics", Title: Say(l, "topics.title"), Desc: fill(Say(l, "topics.desc"), count(t.Total))}})
}
