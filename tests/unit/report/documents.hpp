// SPDX-License-Identifier: Apache-2.0
// Documents of every kind for the tests of pages, as the commands write them.
#pragma once

#include <string>

#include "report/document.hpp"

namespace report_test {

using sinew::report::Json;

inline Json provenance() {
    return Json::parse(R"j({"sinew":"0.2.0","command":["sinew","verify","my net.onnx","p.vnnlib"],
      "started":"2026-11-30T12:00:00Z","machine":{"system":"Linux","processor":"A processor","kernels":"avx2","cores":2,"memory":8000000000},
      "limits":{"timeout":60,"memory":4000000000,"threads":1,"seed":0},
      "files":[{"file":"my net.onnx","sha256":"00ff","bytes":1234}],
      "seconds":1.5,"processor_seconds":1.25,"peak_memory":50000000})j");
}

inline Json verify_document() {
    Json json =
        Json::parse(R"j({"kind":"verify","status":"sat","files":["my net.onnx","p.vnnlib"],"seconds":0.5,"reason":null,
      "decided_by":"boxes","witness":{
        "inputs":[{"name":"x0","exact":"1/3","decimal":0.3333333333333333,"float32":0.33333334}],
        "outputs":[{"name":"y0","exact":"-7/2","decimal":-3.5,"float32":-3.5}],
        "margins":[{"atom":"y0 <= 1","holds":true,"exact":"9/2","decimal":4.5,"holds_float32":true,"float32":4.5},
                   {"atom":"y0 >= 0","holds":false,"exact":"-7/2","decimal":-3.5,"holds_float32":false,"float32":-3.5}],
        "float32_replay":{"input_condition":true,"output_condition":true}},
      "asked":{"input_count":1,"output_count":1,"inputs":[{"name":"x0","lower":"0","upper":"1"}],
        "input_condition":"true","output_condition":"(or (y0 <= 1) (y0 >= 0))"},
      "network":{"neurons":2,"parameters":7,"bounds":"intervals","layers":[{"name":"x","kind":"input","shape":[1],"size":1},
        {"name":"h","kind":"relu","shape":[4],"size":4,"fixed":{"active":1,"inactive":1}}]},
      "search":{
        "history":[{"seconds":0.1,"nodes":1,"open":1,"depth":0,"bound":-2},{"seconds":0.2,"nodes":5,"open":3,"depth":2,"bound":-1}]},
      "statistics":{"nodes":12,"boxes_turns":3,"boxes_turn_seconds":0.4}})j");
    json["provenance"] = provenance();
    return json;
}

inline Json optimize_document() {
    Json json = verify_document();
    json["kind"] = "optimize";
    json["status"] = "optimum";
    json["objective"] = "-7/2";
    json["bound"] = "-7/2";
    json["asked"]["objective"] = "minimize y0";
    return json;
}

/// `rows` rows, every third of them falsified, with images of 16 pixels.
inline Json certify_document(std::size_t rows) {
    Json json = Json::parse(R"j({"kind":"certify","files":["nets/small.onnx","data.csv"],"epsilon":"1/100","norm":"inf",
      "minimal":false,"sensitive":[],"image":{"height":4,"width":4,"channels":1},"classes":["cat","dog"],"notes":[]})j");
    std::size_t falsified = 0;
    for (std::size_t r = 0; r < rows; ++r) {
        Json example{{"row", r},
                     {"label", r % 2},
                     {"predicted", r % 2},
                     {"status", "certified"},
                     {"decided_by", "bounds"},
                     {"distance", nullptr},
                     {"bound", nullptr},
                     {"adversarial_class", nullptr},
                     {"seconds", 0.001 * static_cast<double>(r + 1)},
                     {"statistics", {{"nodes", r}}},
                     {"changes", Json::array()}};
        if (r % 3 == 0) {
            ++falsified;
            example["status"] = "falsified";
            example["adversarial_class"] = (r + 1) % 2;
            example["distance"] = "1/100";
            example["inputs"] = std::vector<std::string>(16, "1/2");
            example["adversarial"] = std::vector<std::string>(16, "51/100");
        }
        json["examples"].push_back(example);
    }
    json["summary"] = {
        {"examples", rows}, {"certified", rows - falsified}, {"falsified", falsified}, {"wrong", 0}, {"unknown", 0}};
    return json;
}

inline Json train_document() {
    return Json::parse(R"j({"kind":"train","status":"optimal","method":"exact","objective":7,"bound":7,
      "objectives":[{"name":"min-weight","value":7}],"proof":"engine","seconds":3.5,"stopped":null,"best_validation":false,
      "accuracy":{"train":0.9,"validation":null,"test":0.8},"balanced_accuracy":{"train":0.88,"validation":null,"test":0.79},
      "examples":{"train":10,"validation":null,"test":5},"right":{"train":9,"validation":null,"test":4},
      "confusion":{"train":[[4,1],[0,5]],"validation":null,"test":[[2,1],[0,2]]},
      "fairness_violations":{"sex":{"train":1,"test":0}},"right_and_fair":{"sex":{"train":8,"test":4}},
      "weights":30,"weights_used":7,"weights_by_layer":[{"weights":24,"used":5},{"weights":6,"used":2}],
      "margins":[[3,1],[2]],"lead":1,"network":"net.onnx","classes":["good","bad"],"features":["age","sex=f"],"layers":[2,1],
      "least_right":9,"notes":["a note"],
      "search":{"history":[{"seconds":0.5,"value":12},{"seconds":1,"bound":3},{"seconds":2,"value":7,"bound":7}]}})j");
}

}  // namespace report_test
