#include "web/credentials.h"

#include "core/password.h"
#include "store/account.h"

const char *credentials_name(struct str name)
{
    if (name.n == 0)
        return "Username is required.";
    if (name.n > ACCOUNT_NAME_MAX)
        return "That username is too long: it may have 63 bytes, which is 63 "
               "letters from A to Z.";
    if (!str_is_text(name))
        return "That username is no text: its bytes are not UTF-8.";
    return NULL;
}

const char *credentials_password(struct str password)
{
    if (password.n == 0)
        return "Password is required.";
    if (password.n > PASSWORD_MAX)
        return "That password is too long: it may have 1024 bytes.";
    if (!str_is_text(password))
        return "That password is no text: its bytes are not UTF-8.";
    return NULL;
}

struct str credentials_shown(const struct call *c)
{
    struct str name = params_form(&c->params, "username");

    return name.p && str_is_text(name) ? name : NO_STR;
}
