import { paths } from "../../app/paths";
import type { Feature } from "../../lib/feature";

export const feature: Feature = {
  publicPages: {
    "/sign-in": () => import("./pages/SignInPage").then((module) => module.SignInPage),
    "/register": () => import("./pages/RegisterPage").then((module) => module.RegisterPage),
    "/verify": () => import("./pages/VerifyPage").then((module) => module.VerifyPage),
    "/forgot-password": () => import("./pages/ForgotPasswordPage").then((module) => module.ForgotPasswordPage),
    "/link-refused": () => import("./pages/LinkRefusedPage").then((module) => module.LinkRefusedPage),
    "/reset-password": () => import("./pages/ResetPasswordPage").then((module) => module.ResetPasswordPage),
  },
  pages: {
    "/set-up": () => import("./pages/SetUpPage").then((module) => module.SetUpPage),
    "/profile": () => import("./pages/ProfilePage").then((module) => module.ProfilePage),
  },
  administrationPages: {
    users: () => import("./pages/UsersPage").then((module) => module.UsersPage),
    permissions: () => import("./pages/PermissionsPage").then((module) => module.PermissionsPage),
    audit: () => import("./pages/AuditPage").then((module) => module.AuditPage),
    emails: () => import("./pages/EmailsPage").then((module) => module.EmailsPage),
  },
  administrationTabs: [
    { to: paths.administration("users"), name: "Users", position: 10 },
    { to: paths.administration("permissions"), name: "Permissions", position: 20 },
    { to: paths.administration("audit"), name: "Audit trail", position: 30 },
    { to: paths.administration("emails"), name: "Emails", position: 80 },
  ],
};
