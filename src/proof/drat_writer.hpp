// Writes clausal proofs in the DRAT format (Wetzler, Heule, Hunt, SAT 2014), as text or in the binary form of
// drat-trim.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace sinew::proof {

enum class DratForm { text, binary };

/// A stream to a file; a name that ends in .gz is compressed. Literals are DIMACS numbers. Memory is bounded.
class DratWriter {
  public:
    /// Throws UsageError if the file cannot be opened for writing.
    DratWriter(const std::string& path, DratForm form);
    ~DratWriter();
    DratWriter(const DratWriter&) = delete;
    DratWriter& operator=(const DratWriter&) = delete;

    /// A clause that follows; the empty one ends the refutation.
    void add(std::span<const std::int32_t> clause) { step('a', clause); }
    void remove(std::span<const std::int32_t> clause) { step('d', clause); }
    /// Writes out what is buffered and closes. Throws std::runtime_error if the disk is full. Nothing may follow.
    void finish();

    std::uint64_t steps() const { return steps_; }

  private:
    void step(char kind, std::span<const std::int32_t> clause);
    void put_text(std::int32_t literal);
    void put_binary(std::int32_t literal);
    void flush();

    struct File;
    std::unique_ptr<File> file_;
    std::string path_;
    DratForm form_;
    std::vector<char> buffer_;
    std::uint64_t steps_ = 0;
};

}  // namespace sinew::proof
