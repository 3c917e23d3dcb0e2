/** Style sheets are bundled: importing one is enough. */
declare module "*.css";
