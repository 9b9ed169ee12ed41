// SPDX-License-Identifier: Apache-2.0
// What a folder of units asks: copies of the question's files, with digests, so that the folder can be moved.
#pragma once

#include <string>
#include <vector>

#include "read/query/load_query.hpp"

namespace sinew::units {

inline constexpr std::string_view question_file = "question.json";

class Question {
  public:
    /// The question of these files and words. Reads the files. Throws InputError.
    Question(const std::vector<std::string>& files, const read::QueryOptions& options);
    /// The question of a folder of units, its digests checked. Throws InputError.
    static Question of_folder(const std::string& folder);

    /// Writes question.json and the copies into a folder that is there. Throws OutputError.
    void write(const std::string& folder) const;
    /// The query. The copies are read again. Throws InputError.
    model::Query load() const;

    /// Of the content of the files and of the conditions beside them: the same question has the same digest, wherever
    /// its files lie.
    const std::string& digest() const { return digest_; }
    /// The names of the files as they were given.
    std::vector<std::string> names() const;

  private:
    struct File {
        std::string name;    ///< as it was given
        std::string path;    ///< where it is read
        std::string stored;  ///< its copy, in the folder
        std::string format;  ///< as --format names it; empty: by its content
        std::string sha256;
        std::size_t bytes = 0;
    };
    Question() = default;
    void compute_digest();

    std::vector<File> files_;
    read::QueryOptions options_;
    std::string digest_;
};

/// The folder that has question.json: that of `path`, or the nearest above it. Throws InputError where there is none.
std::string folder_of_units(const std::string& path);
/// Whether `path` is a folder of units.
bool is_folder_of_units(const std::string& path);

}  // namespace sinew::units
