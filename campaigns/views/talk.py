"""Talking about an initiative: comments with files, following, notices."""

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaigns.actions import talk
from campaigns.actions.attachments import path_of
from campaigns.forms import CommentForm, FollowForm, RewordForm
from campaigns.models import Attachment, Comment, Initiative
from campaigns.queries.talk import notices_of, people_to_mention, unread_count
from campaigns.views.life import MistakenError, refused, said_in, step
from strategy import permissions
from strategy.views import SignedInRequest


@step
def initiative_comment(request: SignedInRequest, initiative: Initiative) -> str:
    """Comment, with files."""
    form = CommentForm(request.POST, request.FILES)
    text = said_in(form)["text"]
    talk.comment(
        initiative=initiative, text=text, files=form.given(), by=request.user, at=timezone.now()
    )
    return "Your comment is in the history."


@step
def initiative_follow(request: SignedInRequest, initiative: Initiative) -> str:
    """Follow, or stop following."""
    is_on = said_in(FollowForm(request.POST))["is_on"]
    talk.follow(initiative=initiative, is_on=is_on, by=request.user)
    return "You are told of what others say and do." if is_on else "You do not follow it any more."


@require_POST
def comment_change(request: SignedInRequest, pk: int) -> HttpResponse:
    """Word one's own comment anew."""
    comment = get_object_or_404(Comment.objects.select_related("initiative"), pk=pk)
    try:
        said = said_in(RewordForm(request.POST))
    except MistakenError as mistaken:
        return refused(request, comment.initiative_id, mistaken)
    talk.change_comment(comment=comment, **said, by=request.user, at=timezone.now())
    messages.success(request, "Your comment is changed. The earlier wording stays beside it.")
    return redirect("initiative", pk=comment.initiative_id)


@require_safe
def attachment(request: SignedInRequest, pk: int) -> FileResponse:
    """Hand a file out to be saved; a browser never shows it as a page of ours."""
    permissions.check_can_open_attachments(request.user)
    found = get_object_or_404(Attachment, pk=pk)
    try:
        content = path_of(found.file).open("rb")
    except FileNotFoundError:
        raise Http404("The file is not in its folder any more.") from None
    return FileResponse(
        content,
        as_attachment=True,
        filename=found.name,
        content_type=found.media_type,
        headers={"X-Content-Type-Options": "nosniff", "Cache-Control": "private, no-store"},
    )


@require_safe
def people(request: SignedInRequest) -> HttpResponse:
    """List whom a comment may mention, as options; asked for when somebody begins to write."""
    permissions.check_can_comment(request.user)
    return render(request, "campaigns/_people.html", {"names": people_to_mention()})


@require_http_methods(["GET", "POST"])
def notices(request: SignedInRequest) -> HttpResponse:
    """Show what one was told; by POST note that all of it is read."""
    if request.method == "POST":
        talk.read_notices(by=request.user, at=timezone.now())
        return redirect("notices")
    rows = notices_of(request.user, timezone.now())
    context = {"rows": rows, "unread_count": unread_count(request.user)}
    return render(request, "campaigns/notices.html", context)
