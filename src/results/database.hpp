// SPDX-License-Identifier: Apache-2.0
// SQLite behind a small face: the only files that know it are this one's and its source. What fails is an error of
// ours: OutputError where the file was to be written, InputError where it was to be read.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace sinew::results {

class Database;

/// One prepared statement of a database, which must outlive it. Places are counted from 1, columns from 0.
class Statement {
  public:
    Statement(Database& database, std::string_view sql);

    Statement& bind(int place, std::string_view text);
    Statement& bind(int place, std::int64_t number);
    Statement& bind(int place, double number);
    Statement& bind_or_null(int place, const std::optional<std::string>& text);
    /// The next row; false at the end, and then the statement is ready to be bound and run again.
    bool step();
    /// Runs a statement that has no rows.
    void run();

    std::string text(int column) const;
    std::optional<std::string> text_or_null(int column) const;
    std::int64_t number(int column) const;
    double real(int column) const;

  private:
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const;
    };
    void check(int code);

    Database& database_;
    std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

class Database {
  public:
    enum class Access {
        read,      ///< the file is there; nothing is written but what a run that was killed left in its log
        write,     ///< it is made where it is not there
        snapshot,  ///< it is read as it is: nobody writes it meanwhile, and its folder may be read-only
        memory     ///< a new one, in no file: `path` is for messages
    };
    /// Throws OutputError for `write`, InputError otherwise.
    Database(std::string path, Access access);
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    const std::string& path() const { return path_; }
    /// Statements whose rows nobody wants.
    void run(const char* sql);
    /// The first value of a statement's only row.
    std::string value(std::string_view sql);
    std::int64_t last_id() const;
    /// The bytes of the file that it is, or would be.
    std::string content();
    /// What SQLite says of `code` as an error of ours.
    [[noreturn]] void fail(int code) const;

    sqlite3* handle() const { return handle_.get(); }

  private:
    struct Close {
        void operator()(sqlite3* handle) const;
    };

    std::string path_;
    Access access_;
    std::unique_ptr<sqlite3, Close> handle_;
};

/// All between its making and commit() or none of it. Waits for other writers.
class Transaction {
  public:
    explicit Transaction(Database& database);
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    ~Transaction();
    void commit();

  private:
    Database& database_;
    bool is_open_ = true;
};

}  // namespace sinew::results
