// SPDX-License-Identifier: Apache-2.0
// sinew certify: the questions about all examples of a data set, shared out among threads, told in their order.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/limits.hpp"
#include "certify/certify.hpp"
#include "cli/certify_images.hpp"
#include "cli/certify_options.hpp"
#include "cli/certify_progress.hpp"
#include "cli/certify_record.hpp"
#include "cli/certify_report.hpp"
#include "cli/classifier_file.hpp"
#include "cli/command.hpp"
#include "cli/examples.hpp"
#include "cli/export_question.hpp"
#include "cli/json_answer.hpp"

namespace sinew::cli {

class Campaign {
  public:
    /// Reads the network and the data, and checks that all that is asked fits them.
    explicit Campaign(const Arguments& arguments);

    /// Answers, tells, and keeps every answer at once where --resume or --db asks for it.
    ExitStatus run();

    bool exports() const { return exporter_.has_value(); }
    ExitStatus export_questions();
    bool proves() const { return arguments_.has("proof"); }
    ExitStatus prove_questions();

  private:
    void prepare_export();
    void prepare_proofs() const;
    /// Of a binarized network.
    bnn::Question question_of_row(std::size_t i, const threshold::ThresholdNetwork& folded) const;
    void make_certifiers();
    /// By one of the threads. The listener may be absent.
    CertifyRecord answer(std::size_t i, certify::Certifier& certifier, const std::atomic<bool>& ended,
                         certify::Listener* listener) const;
    bool has_partial_answer(const CertifyRecord& record) const;
    std::vector<std::string> ladder() const;
    std::map<std::size_t, CertifyRecord> answers_before();
    ExitStatus finish();

    struct Answered {
        CertifyRecord record;
        bool is_stopped = false;  ///< by Ctrl-C
    };

    const Arguments& arguments_;
    std::size_t threads_;
    std::optional<std::size_t> memory_;  ///< before all that reads
    std::vector<DigestedFile> before_;   ///< digests before anything was read, where answers are kept
    Classifier classifier_;
    Examples examples_;
    certify::Question question_;
    certify::Asked asked_;
    JsonAnswer json_;
    std::vector<std::unique_ptr<certify::Certifier>> certifiers_;  ///< one a thread
    std::optional<CertifyImages> images_;
    std::optional<QuestionExporter> exporter_;
    bool quiet_;
    std::vector<CertifyRecord> records_;
};

/// All records as JSON, where it is asked for, and their summary; `examples` and `classifier` if they are read.
CertifySummary tell_summary(const Arguments& arguments, const std::vector<CertifyRecord>& records, JsonAnswer& out,
                            const Examples* examples, const Classifier* classifier);

}  // namespace sinew::cli
