"""What is known of Reddit by name: the fields of its community object, and the accounts that are programs."""

from __future__ import annotations

import re

_handled = """
    accounts_active active_user_count advertiser_category created_utc description description_html display_name lang name
    over18 public_description quarantine quarantine_message subreddit_type subscribers title wiki_enabled
"""
# How the page looks, what the reader may do, and switches for kinds of posts: nothing of these is about the group.
_ignored = """
    accept_followers accounts_active_is_fuzzed all_original_content allow_chat_post_creation allow_discovery
    allow_galleries allow_images allow_polls allow_prediction_contributors allow_predictions allow_predictions_tournament
    allow_talks allow_videogifs allow_videos allowed_media_in_comments banner_background_color banner_background_image
    banner_img banner_size can_assign_link_flair can_assign_user_flair coins collapse_deleted_comments collections_enabled
    comment_contribution_settings comment_score_hide_mins community_icon community_reviewed content_category created
    disable_contributor_requests display_name_prefixed emojis_custom_size emojis_enabled event_posts_enabled
    free_form_reports has_menu_widget header_img header_size header_title hide_ads icon_img icon_size id
    is_chat_post_feature_enabled is_crosspostable_subreddit is_default_banner is_default_icon is_enrolled_in_new_modmail
    key_color link_flair_enabled link_flair_position mobile_banner_image notification_level original_content_tag_enabled
    prediction_leaderboard_entry_type primary_color public_description_html public_traffic quarantine_message_html
    restrict_commenting restrict_posting rules should_archive_posts should_show_media_in_comments_setting show_media
    show_media_preview spoilers_enabled submission_type submit_link_label submit_text submit_text_html submit_text_label
    suggested_comment_sort url user_can_flair_in_sr user_flair_background_color user_flair_css_class
    user_flair_enabled_in_sr user_flair_position user_flair_richtext user_flair_template_id user_flair_text
    user_flair_text_color user_flair_type user_has_favorited user_is_banned user_is_contributor user_is_moderator
    user_is_muted user_is_subscriber user_sr_flair_enabled user_sr_theme_enabled videostream_links_count whitelist_status
    wiki_enabled wls
"""
# Apps that many communities install; other programs are told by their names.
_apps = """
    admin-tattler automoderator bot-bouncer comment-nuke evasion-guard floodassistant hive-protect mod-mentions modmail-userinfo
    modmailbot purge-user repostsleuthbot spam-nuke trendingsubs
"""

HANDLED = frozenset(_handled.split())
IGNORED = frozenset(_ignored.split())
BOTS = frozenset(_apps.split())

# "tidy-bot", "QueueBot2", "MODBOT", "our-app": but not "talbot".
_calls_itself_bot = re.compile(r"(?:^|[-_])[Bb]ot(?:$|[-_\d])|[a-z]Bot\d*$|[A-Z]BOT\d*$|-app$|automod")


def is_bot(handle: str) -> bool:
    """True for the accounts of well-known moderation apps and for names that call themselves a bot."""
    return handle.lower() in BOTS or _calls_itself_bot.search(handle) is not None
