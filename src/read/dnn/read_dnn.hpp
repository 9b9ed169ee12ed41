// SPDX-License-Identifier: Apache-2.0
// The `dnn` / `conditions` text format: a network, conditions and domains as a person writes them (docs/formats.md).
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "model/query.hpp"
#include "read/network_names.hpp"

namespace sinew::read {

/// What a text has of a question.
struct DnnParts {
    bool network = false;
    bool domains = false;
    bool conditions = false;
    bool objective = false;
};

/// A text that has been read and not yet been given a meaning: it may be a question, a network, or what is asked about
/// the network of another file. Conditions without quotes are read too, if that is all there is.
class DnnText {
  public:
    /// `text` must outlive it; `file` is its name in messages. InputError with line and column for what is no such
    /// text.
    DnnText(std::string_view text, const std::string& file);
    /// Conditions without quotes, or an expression: words of the command line.
    static DnnText bare(std::string_view text, const std::string& file);
    DnnText(DnnText&&) noexcept;
    DnnText& operator=(DnnText&&) noexcept;
    ~DnnText();

    DnnParts parts() const;
    /// The whole question. InputError for a text without a network, and for what its own network does not declare.
    model::Query query() const;

    /// Which conditions a query had before others took their place.
    struct Replaced {
        bool input = false;
        bool output = false;
    };
    /// Puts what the text asks into `query`, whose network has `names`: the conditions of a side that it speaks of, the
    /// objective and the precision take the place of those that are there, and so does the domain of an input.
    /// InputError for names that the network does not have, and for a text with a network of its own.
    Replaced ask(model::Query& query, const NetworkNames& names) const;
    /// Likewise bare conditions that are all of the input's side, or of the output's.
    enum class Side { input, output };
    Replaced ask(model::Query& query, const NetworkNames& names, Side side) const;
    /// The one expression that a bare text is.
    LinearForm expression(const NetworkNames& names) const;

  private:
    struct Content;
    explicit DnnText(std::unique_ptr<Content> content);
    std::unique_ptr<Content> content_;
};

/// The query in file `path` (plain or gzip). InputError with line and column for anything that is not one.
model::Query read_dnn(const std::filesystem::path& path);

/// The query that `text` is; `file` is its name in messages.
model::Query parse_dnn(std::string_view text, const std::string& file);

}  // namespace sinew::read
