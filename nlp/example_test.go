package nlp_test

import (
	"fmt"

	"minyi/nlp"
	"minyi/nlp/jieba"
	"minyi/nlp/topic"
)

// A remark is masked before anything else sees it, and each result says by
// which models it was made.
func ExampleAnalyser() {
	seg, err := jieba.New(jieba.Dictionary{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer seg.Close()
	taxonomy, err := topic.Shipped()
	if err != nil {
		fmt.Println(err)
		return
	}
	a := nlp.NewAnalyser(seg, taxonomy)
	r := a.Analyse("我叫张伟，电话13800138000，工地夜间施工噪音扰民，打了三次都没人管")
	fmt.Println(r.Text)
	fmt.Println(r.Topic.Topic, r.Polarity)
	for _, c := range a.Explain("服务态度好,但办理太慢").Aspects {
		fmt.Println(c.Text, c.Polarity)
	}
	// Output:
	// 我叫张*，电话138****8000，工地夜间施工噪音扰民，打了三次都没人管
	// 环境保护/噪声污染 -1
	// 服务态度好 1
	// 但办理太慢 -1
}
