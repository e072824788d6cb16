import { mount } from '../app/mount';
import { SignInPage } from './SignInPage';

mount(<SignInPage />);
