import { mount } from '../app/mount';
import { DeskPage } from './DeskPage';

mount(<DeskPage />);
