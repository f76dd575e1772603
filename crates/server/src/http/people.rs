//! `/api/v1/people` and `/api/v1/rights`, for admins: who works here, and what they may do.

use super::extract::{Admin, JsonBody, SignedIn};
use super::failure::Failure;
use super::reply::{self, Nothing};
use crate::auth::token;
use crate::company::tell_phones;
use crate::device::{Revoked, revoke};
use crate::events::Wrote;
use crate::people::{self, LINK_MS, Refused, load_people, load_rights, plan_change};
use crate::state::App;
use crate::storage::{Account, SessionRow, SignInLink, Stored, Trail, WriteTx};
use afield_domain::{CompanyId, RightsChange, Role, User, UserId};
use afield_protocol::{
    Envelope, NewPerson, People, PeopleChanged, PersonChange, PersonDeed, RightsPage,
};
use axum::extract::{Path, State};
use axum::response::Response;
use std::sync::Arc;

/// What the company has taken from its roles, and wants filled in.
#[utoipa::path(
    get,
    path = "/api/v1/rights",
    tag = "people",
    security(("session" = [])),
    responses(
        (status = 200, description = "the rights as they are, and who has changed what; for admins only", body = Envelope<RightsPage>),
        (status = "default", description = "not done: the envelope holds an error", body = Envelope<Nothing>),
    )
)]
pub(crate) async fn rights(
    State(app): State<Arc<App>>,
    Admin(signed_in): Admin,
) -> Result<Response, Failure> {
    let company = signed_in.session.company.id;
    let mut tx = app.storage.read().await?;
    Ok(reply::ok(&app, &load_rights(tx.as_mut(), company).await?))
}

/// Takes a right, gives it back, or says whether a field must be filled in.
#[utoipa::path(
    post,
    path = "/api/v1/rights",
    tag = "people",
    request_body = RightsChange,
    security(("session" = [])),
    responses(
        (status = 200, description = "the rights as they are now; for admins only", body = Envelope<RightsPage>),
        (status = "default", description = "not done: the envelope holds an error", body = Envelope<Nothing>),
    )
)]
pub(crate) async fn set_right(
    State(app): State<Arc<App>>,
    Admin(signed_in): Admin,
    JsonBody(change): JsonBody<RightsChange>,
) -> Result<Response, Failure> {
    let (mut tx, session) = begin(&app, &signed_in).await?;
    let company = session.company.id;
    let known = tx.rights(company).await?;
    let changed = known
        .changed(change, app.clock.now())
        .map_err(|_| Failure::invalid("nobody can set that"))?;
    let wrote = match &changed {
        Some(_) => Wrote::Told,
        None => Wrote::Nothing,
    };
    if let Some(rights) = changed {
        tx.set_rights(company, &rights).await?;
        let trail = Trail {
            at: app.clock.now(),
            by: session.user.name.clone(),
            data: serde_json::to_string(&change).map_err(|_| Failure::internal())?,
        };
        tx.add_trail(company, people::RIGHTS, &trail).await?;
        tell_phones(tx.as_mut(), company).await?;
    }
    let page = load_rights(tx.as_mut(), company).await?;
    tx.commit().await?;
    app.hub.notify(company, wrote);
    Ok(reply::ok(&app, &page))
}

/// The people of the company.
#[utoipa::path(
    get,
    path = "/api/v1/people",
    tag = "people",
    security(("session" = [])),
    responses(
        (status = 200, description = "everybody with their sessions and devices, and who has done what; for admins only", body = Envelope<People>),
        (status = "default", description = "not done: the envelope holds an error", body = Envelope<Nothing>),
    )
)]
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    Admin(signed_in): Admin,
) -> Result<Response, Failure> {
    let company = signed_in.session.company.id;
    let mut tx = app.storage.read().await?;
    let people = load_people(tx.as_mut(), company, app.clock.now()).await?;
    Ok(reply::ok(&app, &people))
}

/// Adds somebody, with a password or with a sign-in link.
#[utoipa::path(
    post,
    path = "/api/v1/people",
    tag = "people",
    request_body = NewPerson,
    security(("session" = [])),
    responses(
        (status = 200, description = "everybody, and the link if there is one; for admins only", body = Envelope<PeopleChanged>),
        (status = "default", description = "not done: the envelope holds an error", body = Envelope<Nothing>),
    )
)]
pub(crate) async fn add(
    State(app): State<Arc<App>>,
    Admin(signed_in): Admin,
    JsonBody(new): JsonBody<NewPerson>,
) -> Result<Response, Failure> {
    let (name, email) = people::check_new(&new)?;
    let password = match &new.password {
        Some(password) => hash(&app, password).await?,
        None => String::new(),
    };
    let (mut tx, session) = begin(&app, &signed_in).await?;
    let company = session.company.id;
    let user = User {
        id: new.id,
        name,
        role: new.role,
    };
    let wanted = Account {
        company,
        user,
        email,
        password,
        active: true,
        team: String::new(),
    };
    let deed = add_account(tx.as_mut(), &wanted).await?;
    let link = match &new.password {
        Some(_) => None,
        None => Some(make_link(tx.as_mut(), &app, company, new.id).await?),
    };
    if let Some(deed) = deed {
        let (by, now) = (&session.user.name, app.clock.now());
        let done = (wanted.user.name.as_str(), deed);
        people::note(tx.as_mut(), company, now, by, done).await?;
    }
    changed(tx, &app, company, link).await
}

/// Adds `wanted`, or finds it added by the same request, whose answer was lost; gives what is to be told of it.
async fn add_account(
    tx: &mut dyn WriteTx,
    wanted: &Account,
) -> Result<Option<PersonDeed>, Failure> {
    let Some(there) = tx.account_of(wanted.company, wanted.user.id).await? else {
        if tx.account(&wanted.email).await?.is_some() {
            return Err(Failure::invalid("that mail address cannot be used"));
        }
        tx.add_user(wanted).await?;
        let role = wanted.user.role;
        return Ok(Some(PersonDeed::Added { role }));
    };
    if !people::is_repeat(&there, wanted) {
        return Err(Failure::invalid(
            "somebody with this id was added before, and is not as they are wanted here: change them instead",
        ));
    }
    // The link that is made now takes the place of the one of before.
    let is_invited = wanted.password.is_empty();
    Ok(is_invited.then_some(PersonDeed::LinkMade))
}

/// Changes what somebody is or may, or how they get in.
#[utoipa::path(
    post,
    path = "/api/v1/people/{user}",
    tag = "people",
    params(("user" = Uuid, Path, description = "whose account")),
    request_body = PersonChange,
    security(("session" = [])),
    responses(
        (status = 200, description = "everybody, and the link if one was made; for admins only", body = Envelope<PeopleChanged>),
        (status = "default", description = "not done: the envelope holds an error; `conflict` where nobody could let people in any more", body = Envelope<Nothing>),
    )
)]
pub(crate) async fn change(
    State(app): State<Arc<App>>,
    Admin(signed_in): Admin,
    Path(user): Path<String>,
    JsonBody(change): JsonBody<PersonChange>,
) -> Result<Response, Failure> {
    let user: UserId = user.parse().map_err(|_| Failure::not_found())?;
    let password = match &change {
        PersonChange::Password { password } => {
            people::check_password(password)?;
            Some(hash(&app, password).await?)
        }
        _ => None,
    };
    let (mut tx, session) = begin(&app, &signed_in).await?;
    let company = session.company.id;
    let revoked = match &change {
        PersonChange::Revoke { device } => {
            let done = revoke(tx.as_mut(), company, (user, *device), app.clock.now()).await??;
            if done.is_none() {
                // The answer to the first request may have been lost.
                return changed(tx, &app, company, None).await;
            }
            done
        }
        _ => None,
    };
    let link = apply(tx.as_mut(), &app, &session, (user, &change, password)).await?;
    let answer = changed(tx, &app, company, link).await?;
    if let Some(Revoked { session, told }) = revoked {
        app.hub.end_streams(&session);
        app.hub.tell_of_phone(company, told);
    }
    Ok(answer)
}

/// Begins to write for an admin, with their session as it is now: whoever signed in as one may be none any more, or
/// kept out, when the last of their request arrives.
async fn begin(app: &App, signed_in: &SignedIn) -> Result<(Box<dyn WriteTx>, SessionRow), Failure> {
    let mut tx = app.storage.write().await?;
    let session = tx.session(&signed_in.token_hash).await?;
    let stands =
        |session: &SessionRow| app.clock.now() < session.expires && session.revoked_at.is_none();
    let session = session.filter(stands);
    let session = session.ok_or_else(Failure::unauthorized)?;
    if session.user.role != Role::Admin {
        return Err(Failure::forbidden("only for admins"));
    }
    Ok((tx, session))
}

/// Does a change; gives the link that was made.
async fn apply(
    tx: &mut dyn WriteTx,
    app: &App,
    session: &SessionRow,
    (user, change, password): (UserId, &PersonChange, Option<String>),
) -> Result<Option<String>, Failure> {
    let (company, now) = (session.company.id, app.clock.now());
    let all = tx.accounts(company).await?;
    let account = all.iter().find(|account| account.user.id == user);
    let account = account.ok_or_else(Failure::not_found)?;
    let Some(plan) = plan_change(&all, account, change, password)? else {
        return Ok(None);
    };
    if plan.account != *account {
        tx.set_account(&plan.account).await?;
    }
    if matches!(plan.deed, PersonDeed::Role { .. }) {
        // What the new role may is news to the phone, also of what was refused to the old one.
        let rights = tx.rights(company).await?.renewed(now);
        tx.set_rights(company, &rights).await?;
    }
    if plan.ends_sessions {
        tx.end_sessions_of(company, user).await?;
    }
    if plan.ends_links {
        tx.end_links_of(company, user).await?;
    }
    if let PersonChange::EndSession { session } = change {
        people::end_session(tx, company, user, (session, now)).await??;
    }
    let link = match change {
        PersonChange::Link => Some(make_link(tx, app, company, user).await?),
        _ => None,
    };
    let done = (account.user.name.as_str(), plan.deed);
    people::note(tx, company, now, &session.user.name, done).await?;
    Ok(link)
}

async fn changed(
    mut tx: Box<dyn WriteTx>,
    app: &App,
    company: CompanyId,
    link: Option<String>,
) -> Result<Response, Failure> {
    let people = load_people(tx.as_mut(), company, app.clock.now()).await?;
    tx.commit().await?;
    Ok(reply::ok(app, &PeopleChanged { people, link }))
}

/// The hash of a password, made where passwords are checked: not too many at once.
pub(super) async fn hash(app: &App, password: &str) -> Result<String, Failure> {
    let place = app.passwords.place().await;
    let place = place.ok_or_else(Failure::unavailable)?;
    let hashed = place.hash(password.to_owned()).await;
    hashed.ok_or_else(Failure::unavailable)
}

/// A link for `user`, in place of any before; its token, of which only the hash is kept.
async fn make_link(
    tx: &mut dyn WriteTx,
    app: &App,
    company: CompanyId,
    user: UserId,
) -> Result<String, Failure> {
    let token = token::random_hex().map_err(|_| Failure::unavailable())?;
    let made: Stored<()> = tx
        .put_link(&SignInLink {
            token_hash: token::sha256_hex(token.as_bytes()),
            company,
            user,
            expires: app.clock.now().plus_ms(LINK_MS),
        })
        .await;
    made?;
    Ok(token)
}

impl From<Refused> for Failure {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::LastAdmin => Self::last_admin(),
            Refused::Invalid(text) => Self::invalid(text),
            Refused::NotFound => Self::not_found(),
        }
    }
}
